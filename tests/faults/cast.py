"""Partners and towns for thousands of introductions: every organisation takes the most that is allowed, 20 a month."""

from itertools import islice

from django.utils import timezone

from cities.models import City, Topic
from matching import candidates
from matching.models import IntroductionRules, ScoreWeights, Suggestion
from partners.models import Partner, ServiceAreaPart
from portal.accounts.models import Consent, Membership, Organisation, Purpose, Role, User
from tests.factories import make_city, make_curator, make_municipality, make_partner

CAPACITY = 20


def suggest(number):
    """So many open suggestions of pairs that may all be introduced, and the office that may do it."""
    office = make_curator()
    IntroductionRules.objects.update(
        mails_per_week=CAPACITY, batch_size=1, batch_working_days=0, most_open_yes=CAPACITY
    )  # so that nobody waits for the budget
    size = max(CAPACITY, -(-number // CAPACITY))
    partners, cities = _partners(size), _cities(size)
    _give_contacts([row.organisation for row in (*partners, *cities)])
    assessment = candidates.assess(partners[0], cities[0])
    assert not assessment.missing
    weights = ScoreWeights.objects.latest()
    parts = dict.fromkeys(["points", "points_place", "points_topics", "points_gap", "points_fairness"], 0)
    pairs = ((i, (i + step) % size) for step in range(CAPACITY) for i in range(size))
    rows = [
        Suggestion(
            partner=partners[one],
            city=cities[other],
            **parts,
            points_answers=0,
            distance_km=12.0,
            reasons=assessment.facts,
            weights=weights,
        )
        for one, other in islice(pairs, number)
    ]
    Suggestion.objects.bulk_create(rows, batch_size=1000)
    return office


def _partners(number):
    first = make_partner("Kammer 0")
    rows = [
        Partner(organisation=each, slug=f"kammer-{n}", category=first.category, sector=first.sector, seat=first.seat)
        for n, each in enumerate(_organisations("partner", "Kammer", number), 1)
    ]
    Partner.objects.bulk_create(rows)
    ServiceAreaPart.objects.bulk_create(ServiceAreaPart(partner=row, centre=first.seat, radius_km=50) for row in rows)
    _give_topic(Partner.topics.through, "partner", rows)
    return rows


def _cities(number):
    first, place = make_city("Telgte"), make_municipality("Telgte")
    rows = [
        City(
            organisation=each,
            slug=f"stadt-{n}",
            code=f"F{n}",
            district=first.district,
            land=first.land,
            latitude=first.latitude,
            longitude=first.longitude,
            taking_part=True,
        )
        for n, each in enumerate(_organisations("city", "Stadt", number), 1)
    ]
    City.objects.bulk_create(rows)
    through = City.municipalities.through
    through.objects.bulk_create(through(city=row, municipality=place) for row in rows)
    _give_topic(City.topics.through, "city", rows)
    return rows


def _organisations(kind, name, number):
    now = timezone.now()
    rows = [
        Organisation(kind=kind, name=f"{name} {n}", capacity=CAPACITY, approved_at=now, confirmed_at=now)
        for n in range(1, number + 1)
    ]
    return Organisation.objects.bulk_create(rows)


def _give_topic(through, owner, rows):
    topic = Topic.objects.get(code="climate")
    through.objects.bulk_create(through(**{owner: row, "topic": topic}) for row in rows)


def _give_contacts(organisations):
    now = timezone.now()
    people = [
        User(email=f"person{row.pk}@verein.example", first_name="Alex", last_name=f"Beispiel {row.pk}")
        for row in organisations
    ]
    User.objects.bulk_create(people)
    pairs = list(zip(people, organisations, strict=True))
    Membership.objects.bulk_create(
        Membership(user=person, organisation=row, role=Role.MANAGER, is_contact=True) for person, row in pairs
    )
    Consent.objects.bulk_create(
        Consent(user=person, purpose=Purpose.SUGGESTIONS, text_version="1", confirmed_at=now) for person in people
    )
