"""Invented partners and towns as rows of the database, for measuring inside a transaction that is rolled back."""

from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

from django.db import connection
from django.utils import timezone

from cities.geometry import Point
from cities.models import City, Municipality, Need, Topic
from matching.facts import CityFacts, PartnerFacts
from partners.models import Offer, Partner, PartnerCategory, ServiceAreaPart
from portal.accounts import consents
from portal.accounts.models import Consent, Membership, Organisation, Purpose, Role, User
from portal.site.bench_worlds import TOPICS, invent

_BATCH = 2_000
_NAME = "Messung "


def store(partners: int, cities: int) -> tuple[list[Partner], list[City]]:
    """So many of each, all of whom may be introduced: approved, confirmed, with a contact person who agreed."""
    found = store_invented(*invent(partners, cities))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def store_invented(partners: Sequence[PartnerFacts], cities: Iterable[CityFacts]) -> tuple[list[Partner], list[City]]:
    """These, in the same order, as far as their municipalities are known.

    Without ANALYZE, whose locks on the catalogue all databases share would be held to the end of the transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    found = _store_partners(partners), _store_cities(cities)
    _add_contacts(Organisation.objects.filter(name__startswith=_NAME))
    return found


def _store_cities(facts: Iterable[CityFacts]) -> list[City]:
    places = Municipality.objects.in_bulk()
    known = [(each, places[each.place.keys[0]]) for each in facts if each.place.keys[0] in places]
    rows = [
        City(
            organisation=organisation,
            slug=f"bench-{place.ags}",
            code=place.ags,
            district_id=place.district_id,
            land_id=place.land_id,
            latitude=each.place.point.latitude,
            longitude=each.place.point.longitude,
            taking_part=True,
            sectors_present=sorted(each.sectors_present),
            sectors_missing=sorted(each.sectors_missing),
            reach_km=each.reach_km,
        )
        for (each, place), organisation in zip(known, _organisations("city", len(known)), strict=True)
    ]
    _create(City, rows)
    pairs = [(row, each) for row, (each, _place) in zip(rows, known, strict=True)]
    _create(
        City.municipalities.through,
        [City.municipalities.through(city=row, municipality_id=each.place.keys[0]) for row, each in pairs],
    )
    _tie(City, pairs)
    _create(Need, [Need(city=row, kind=kind) for row, each in pairs for kind in sorted(each.needs)])
    return rows


def _store_partners(facts: Sequence[PartnerFacts]) -> list[Partner]:
    keys = {row.point: row.ags for row in Municipality.objects.all()}
    category = PartnerCategory.objects.first()
    known = [each for each in facts if each.seat in keys]
    rows = [
        Partner(
            organisation=organisation,
            slug=f"bench-{organisation.pk}",
            category=category,
            sector=each.sector,
            seat_id=keys[each.seat],
        )
        for each, organisation in zip(known, _organisations("partner", len(known)), strict=True)
    ]
    _create(Partner, rows)
    pairs = list(zip(rows, known, strict=True))
    _tie(Partner, pairs)
    _create(Offer, [Offer(partner=row, kind=kind) for row, each in pairs for kind in sorted(each.offers)])
    _create(ServiceAreaPart, [part for row, each in pairs for part in _parts(row, each, keys)])
    return rows


def _parts(row: Partner, facts: PartnerFacts, keys: dict[Point, str]) -> list[ServiceAreaPart]:
    """Of the general area; those of topics are left out."""
    area = facts.area
    found = [ServiceAreaPart(partner=row, key=key) for key in sorted(area.keys)]
    found += [
        ServiceAreaPart(partner=row, centre_id=key, radius_km=circle.radius_km)
        for key, circle in {keys[circle.centre]: circle for circle in area.circles if circle.centre in keys}.items()
    ]
    return found + ([ServiceAreaPart(partner=row, nationwide=True)] if area.nationwide else [])


def _tie(model: type[City] | type[Partner], pairs: Iterable[tuple[Any, Any]]) -> None:
    """Topics by their place in the invented list, as far as there are as many real ones."""
    codes = dict(zip(TOPICS, cycle(Topic.objects.order_by("code").values_list("pk", flat=True)), strict=False))
    column = f"{model._meta.model_name}_id"
    ties: Any = model.topics.through
    chosen = {(row.pk, codes[topic]) for row, each in pairs for topic in each.topics}
    _create(ties, [ties(**{column: row, "topic_id": topic}) for row, topic in sorted(chosen)])


def _organisations(kind: str, number: int) -> list[Organisation]:
    now = timezone.now()
    rows = [
        Organisation(kind=kind, name=f"{_NAME}{place}", approved_at=now, confirmed_at=now) for place in range(number)
    ]
    return _create(Organisation, rows)


def _create(model: type[Any], rows: list[Any]) -> list[Any]:
    created: list[Any] = model.objects.bulk_create(rows, batch_size=_BATCH)
    return created


def _add_contacts(organisations: Iterable[Organisation]) -> None:
    now = timezone.now()
    version, _text = consents.current_text(Purpose.SUGGESTIONS)
    people = [(User(email=f"bench-{row.pk}@bench.example"), row) for row in organisations]
    _create(User, [person for person, _row in people])
    _create(
        Membership,
        [Membership(user=person, organisation=row, role=Role.MANAGER, is_contact=True) for person, row in people],
    )
    _create(
        Consent,
        [
            Consent(user=person, purpose=Purpose.SUGGESTIONS, text_version=version, confirmed_at=now)
            for person, _row in people
        ],
    )
