"""The towns of the network Engagierte Stadt: from the office's list, or from the portal's own list of names.

Both ways end in `store`. It writes facts only; what the people of a town keep (topics, needs, reach, contact, …) and
what the office notes is never overwritten, nor who hosts the network once the town has confirmed its entry. A new town
counts as approved, since the office imports it, and as unconfirmed until somebody of the town looked at it.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cities import import_runs, town_rows
from cities.baseline.tables import FOLDER, read_table
from cities.gazetteer import Gazetteer
from cities.import_runs import Import, Outcome
from cities.lines import refused
from cities.models import City, Municipality, Region
from cities.place_names import land_of_abbreviation, slug
from cities.town_rows import Town, municipalities_of
from portal.accounts.models import Organisation


def import_cities(content: bytes, *, dry_run: bool = False, skip_faulty: bool = False) -> Outcome:
    """Bring the towns in line with the list; ImportRefused, and nothing is written, where a row is faulty."""
    work = Import(town_rows.COLUMNS, town_rows.check, store)
    return import_runs.run(work, content, dry_run=dry_run, skip_faulty=skip_faulty)


@transaction.atomic
def load_network_towns() -> Outcome:
    """Add the towns by their real names from our own, unchecked list; keys and points come from the baseline.

    A town that is there already stays as it is: the office's list knows more about it.
    """
    import_runs.take_turns()
    gazetteer = Gazetteer()
    known = set(City.objects.values_list("code", flat=True))
    rows = [row for row in read_table(FOLDER / "network_towns.csv") if row["code"] not in known]
    return store([_listed_town(row, gazetteer) for row in rows])


@transaction.atomic
def store(towns: Iterable[Town]) -> Outcome:
    """Add the towns that are new and correct the facts of the others; towns that are not named stay as they are."""
    known = {city.code: city for city in _known_cities()}
    slugs = set(City.objects.values_list("slug", flat=True))
    added = changed = unchanged = 0
    for town in towns:
        city = known.get(town.code)
        if city is None:
            slugs.add(_add(town, slugs).slug)
            added += 1
        elif _correct(city, town):
            changed += 1
        else:
            unchanged += 1
    return Outcome(added, changed, unchanged)


def _known_cities() -> Iterable[City]:
    return City.objects.exclude(code=None).select_related("organisation").prefetch_related("municipalities")


def _add(town: Town, taken: set[str]) -> City:
    organisation = Organisation.objects.create(kind=Organisation.Kind.CITY, name=town.name, approved_at=timezone.now())
    address = slug(town.name)
    city = City.objects.create(
        organisation=organisation,
        slug=f"{address}-{slug(town.code)}" if address in taken else address,
        code=town.code,
        note=town.note,
        **_facts(town),
    )
    city.municipalities.set(Municipality.objects.filter(pk__in=town.municipalities))
    return city


def _correct(city: City, town: Town) -> bool:
    """Write what differs; false when nothing does. A town that has confirmed its entry keeps its host itself."""
    facts = {name: value for name, value in _facts(town).items() if getattr(city, name) != value}
    if city.organisation.confirmed_at:
        facts = {name: value for name, value in facts.items() if name not in ("host", "host_kind")}
    for name, value in facts.items():
        setattr(city, name, value)
    if facts:
        city.save(update_fields=list(facts))
    renamed = city.organisation.name != town.name
    if renamed:
        city.organisation.name = town.name
        city.organisation.save(update_fields=["name"])
    moved = {municipality.ags for municipality in city.municipalities.all()} != set(town.municipalities)
    if moved:
        city.municipalities.set(Municipality.objects.filter(pk__in=town.municipalities))
    return bool(facts) or renamed or moved


def _facts(town: Town) -> dict[str, object]:
    seat = town.municipalities[0]
    return {
        "area_kind": town.area_kind,
        "district_id": seat[:5],
        "land_id": seat[:2],
        "latitude": town.point.latitude,
        "longitude": town.point.longitude,
        "status": town.status,
        "taking_part": town.taking_part,
        "joined_year": town.joined_year,
        "source": town.source,
        "host": town.host,
        "host_kind": town.host_kind,
    }


def _listed_town(row: dict[str, str], gazetteer: Gazetteer) -> Town:
    """The municipality is found by name in its Land, or in its Kreis where the Land has several of that name."""
    within = land_of_abbreviation(row["land"])
    if row["district"]:
        within = (
            Region.objects.current().get(key__startswith=within, name=row["district"], kind=Region.Kind.DISTRICT).key
        )
    found = gazetteer.named(row["municipality"] or row["town"], within=within)
    if len(found) != 1:
        message = _("Die Gemeinde von %(town)s ist nicht eindeutig (%(count)d Treffer).")
        raise refused(message % {"town": row["town"], "count": len(found)})
    seat = found[0]
    return Town(
        code=row["code"],
        name=row["town"],
        area_kind=row["area_kind"] or "Gemeinde",
        municipalities=municipalities_of(row["town"], row["area_kind"], seat=seat, gazetteer=gazetteer),
        point=seat.point,
        status=row["status"],
        joined_year=int(row["joined_year"]) if row["joined_year"] else None,
        source=row["source"],
        note=row["checked"],
    )
