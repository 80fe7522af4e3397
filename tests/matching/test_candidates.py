from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cities.models import City, Municipality, Need, Topic
from matching import candidates
from matching.models import Introduction, Invitation, ScoreWeights, Suggestion
from partners.models import Offer, Partner, PartnerCategory, ServiceAreaPart
from portal.accounts.models import Consent, Organisation
from tests.factories import give_contact, make_city, make_curator, make_municipality, make_partner, make_project

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
NO_STEP = {"next_step": "", "next_step_at": None}
QUERIES = 16


def make_introduction(partner, city, state="asked", *, asked_at=None, initiated_by="", answers=(), closed_at=None):
    """An introduction with what both sides answered, as ("partner", "yes") pairs; all sides were asked."""
    asked_at = asked_at or timezone.now()
    agreed = state in ("connected", "met", "cooperating", "no_cooperation")
    ended = state in ("declined", "expired", "withdrawn", "no_cooperation")
    introduction = Introduction.objects.create(
        partner=partner,
        city=city,
        state=state,
        initiated_by=initiated_by,
        asked_at=asked_at,
        expires_at=asked_at + timedelta(days=21),
        partner_agreed_at=asked_at if agreed else None,
        city_agreed_at=asked_at if agreed else None,
        connected_at=asked_at if agreed else None,
        met_at=asked_at if state in ("met", "cooperating") else None,
        outcome_at=asked_at if state in ("cooperating", "no_cooperation") else None,
        closed_at=(closed_at or asked_at) if ended else None,
        **(NO_STEP if ended or state == "cooperating" else {}),
    )
    given = dict(answers)
    for side in ("partner", "city"):
        answer = given.get(side, "")
        Invitation.objects.create(
            introduction=introduction,
            side=side,
            asked_at=asked_at,
            answer=answer,
            answered_at=asked_at if answer else None,
        )
    return introduction


def make_suggestion(partner, city, **fields):
    points = {f"points_{part}": 0 for part in ("place", "topics", "gap", "fairness", "answers")}
    defaults = {"points": 0, "distance_km": 1, "weights": ScoreWeights.objects.latest()} | points
    return Suggestion.objects.create(partner=partner, city=city, **defaults | fields)


def slugs(pairs, side):
    return [getattr(pair, side).slug for pair in pairs]


# --- Rows become values ---------------------------------------------------------------------------------------
def test_a_pair_is_read_with_everything_the_points_need():
    partner = make_partner(topics=("climate", "youth"), contact="a@kammer.example")
    Offer.objects.create(partner=partner, kind="rooms")
    city = make_city(topics=("climate",), sectors_missing=["business"], sectors_present=["science"], reach_km=40)
    Need.objects.create(city=city, kind="rooms")
    pair = candidates.assess(partner, city)
    known, of_city = pair.partner_side.facts, pair.city_side.facts
    assert (known.seat_key, known.sector, known.topics) == ("05515000", "business", {"climate", "youth"})
    assert (known.offers, known.area) == ({"rooms"}, partner.service_area)
    assert (of_city.place, of_city.topics, of_city.needs) == (city.place, {"climate"}, {"rooms"})
    assert (of_city.sectors_missing, of_city.sectors_present, of_city.reach_km) == ({"business"}, {"science"}, 40)
    assert pair.weights.version == ScoreWeights.objects.latest().pk


def test_points_follow_the_weights_of_today():
    partner, city = make_partner(), make_city()
    before = candidates.assess(partner, city).score
    ScoreWeights.objects.create(place=70, topics=0, gap=10, fairness=10, answers=10)
    after = candidates.assess(partner, city).score
    assert (after.place, after.topics) == (pytest.approx(2 * before.place, abs=1), 0)


# --- Who is a candidate ---------------------------------------------------------------------------------------
def test_a_partner_gets_the_towns_of_its_area_best_first():
    partner = make_partner(radius_km=100)
    for name in ("Bocholt", "Telgte", "Berlin", "Münster"):
        make_city(name)
    assert slugs(candidates.for_partner(partner), "city") == ["munster", "telgte", "bocholt"]
    assert slugs(candidates.for_partner(partner, limit=1), "city") == ["munster"]


@pytest.mark.parametrize(
    "organisation", [{"approved_at": None}, {"withdrawn_at": timezone.now()}, {"taking_part": False}]
)
def test_a_town_that_does_not_take_part_is_no_candidate(organisation):
    city = make_city(taking_part=organisation.pop("taking_part", True))
    Organisation.objects.filter(pk=city.organisation_id).update(**organisation)
    assert candidates.for_partner(make_partner()) == []
    assert candidates.for_city(city) == []


def test_a_partner_waiting_for_approval_sees_its_towns_and_no_town_sees_it():
    partner, city = make_partner(approved=False), make_city()
    [pair] = candidates.for_partner(partner)
    assert pair.can_be_suggested
    assert not pair.is_sendable
    assert candidates.for_city(city) == []


@pytest.mark.parametrize("end", ["declined_at", "withdrawn_at"])
def test_a_partner_that_was_declined_or_left_is_no_candidate(end):
    partner = make_partner(approved=False)
    Organisation.objects.filter(pk=partner.organisation_id).update(**{end: timezone.now()})
    city = make_city()
    assert candidates.for_partner(partner) == []
    pair = candidates.assess(partner, city)
    assert (pair.fits, pair.can_be_suggested, pair.sendable["approved"]) == (True, False, False)


def test_equal_pairs_are_ordered_by_name():
    for name in ("Zukunftswerk", "Ahornkreis"):
        make_partner(name)
    assert slugs(candidates.for_city(make_city()), "partner") == ["ahornkreis", "zukunftswerk"]


def test_without_partners_and_towns_there_are_no_pairs():
    assert candidates.survey(Partner.objects.all(), City.objects.all()).fitting() == []


def test_a_partner_without_an_area_fits_nowhere():
    make_city()
    assert candidates.for_partner(make_partner(radius_km=None)) == []


def test_a_partner_with_hundreds_of_areas_is_no_trouble():
    partner, city = make_partner(radius_km=None), make_city()
    keys = [f"{land:02}{kreis:03}" for land in range(1, 17) for kreis in range(25)]
    ServiceAreaPart.objects.bulk_create(ServiceAreaPart(partner=partner, key=key) for key in [*keys, "05570"])
    assert slugs(candidates.for_partner(partner), "city") == [city.slug]


# --- What happened so far -------------------------------------------------------------------------------------
NOW = datetime(2026, 8, 31, 12, tzinfo=BERLIN)


def test_introductions_of_six_months_count_for_fairness_and_those_of_this_month_for_capacity():
    partner, city, other = make_partner(), make_city(), make_city("Bocholt")
    for asked_at in [
        datetime(2026, 8, 1, 0, 0, tzinfo=BERLIN),
        datetime(2026, 7, 31, 23, 59, tzinfo=BERLIN),
        datetime(2026, 2, 28, 13, tzinfo=BERLIN),
        datetime(2026, 2, 28, 11, tzinfo=BERLIN),
    ]:
        make_introduction(partner, city, "expired", asked_at=asked_at)
    pair = candidates.assess(partner, other, now=NOW)
    assert (pair.partner_side.facts.record.introductions, pair.partner_side.standing.introductions) == (3, 1)
    assert (pair.city_side.facts.record.introductions, pair.city_side.standing.introductions) == (0, 0)


def test_capacity_is_used_up_by_the_introductions_of_this_month():
    partner = make_partner(contact="a@kammer.example")
    city, other = make_city(contact="b@telgte.example"), make_city("Bocholt")
    assert candidates.assess(partner, city).is_sendable
    for _ in range(2):
        make_introduction(partner, other, "expired")
    pair = candidates.assess(partner, city)
    assert [gate.name for gate in pair.gates if not gate.holds] == ["capacity"]
    assert pair.missing == ("Kammer Beispiel hat in diesem Monat schon 2 von 2 Vermittlungen.",)


def test_answers_count_and_only_what_ran_out_is_silence():
    partner, city = make_partner(), make_city()
    make_introduction(partner, city, "declined", answers=[("partner", "no")])
    make_introduction(partner, city, "expired", answers=[("partner", "yes")])
    make_introduction(partner, city, "asked")
    make_introduction(partner, make_city("Bocholt"), "withdrawn")
    make_introduction(partner, make_city("Köln"), "expired", asked_at=timezone.now() - timedelta(days=800))
    pair = candidates.assess(partner, city)
    assert (pair.partner_side.facts.record.asked, pair.partner_side.facts.record.answered) == (2, 2)
    assert (pair.city_side.facts.record.asked, pair.city_side.facts.record.answered) == (1, 0)


def test_ones_own_request_is_no_answer():
    partner, city = make_partner(), make_city()
    make_introduction(partner, city, "asked", initiated_by="partner", answers=[("partner", "yes")])
    assert candidates.assess(partner, city).partner_side.facts.record.asked == 0


@pytest.mark.parametrize("state", ["asked", "connected", "met", "cooperating"])
def test_a_pair_in_touch_is_left_in_peace(state):
    partner, city = make_partner(), make_city()
    make_introduction(partner, city, state)
    pair = candidates.assess(partner, city)
    assert (pair.sendable["history"], pair.can_be_suggested) == (False, False)
    assert pair.missing[-1] == "Zwischen Kammer Beispiel und Telgte läuft schon eine Vermittlung."


@pytest.mark.parametrize(("state", "history"), [("declined", False), ("no_cooperation", False), ("expired", True)])
def test_after_a_no_a_pair_is_left_in_peace_and_after_silence_it_may_come_back(state, history):
    partner, city = make_partner(), make_city()
    make_introduction(partner, city, state)
    assert candidates.assess(partner, city).sendable["history"] is history


def test_quiet_after_a_no_lasts_as_long_as_the_rules_say():
    partner, city = make_partner(), make_city()
    make_introduction(partner, city, "declined", closed_at=datetime(2025, 8, 31, 13, tzinfo=BERLIN))
    pair = candidates.assess(partner, city, now=NOW)
    assert pair.missing[-1] == (
        "Die Vermittlung zwischen Kammer Beispiel und Telgte endete am 31.08.2025 mit einer Absage; "
        "Ruhe bis 31.08.2026."
    )
    assert candidates.assess(partner, city, now=NOW + timedelta(hours=1)).sendable["history"]


def test_a_pair_the_office_rejected_is_left_in_peace():
    partner, city = make_partner(), make_city()
    make_suggestion(partner, city, state="rejected", decided_at=NOW, decided_by=make_curator())
    pair = candidates.assess(partner, city, now=NOW)
    assert not pair.sendable["history"]
    assert "hat Kammer Beispiel und Telgte am 31.08.2026 verworfen; Ruhe bis 31.08.2027." in pair.missing[-1]


# --- Consent --------------------------------------------------------------------------------------------------
def test_consent_is_the_contact_persons_confirmed_and_not_withdrawn():
    partner, city = make_partner(contact="a@kammer.example"), make_city(contact="b@telgte.example")
    assert candidates.assess(partner, city).sendable["consent"]
    Consent.objects.filter(user__email="a@kammer.example").update(withdrawn_at=timezone.now())
    pair = candidates.assess(partner, city)
    assert pair.missing == ("Die Ansprechperson von Kammer Beispiel hat Kontaktvorschlägen nicht zugestimmt.",)


def test_consent_for_something_else_is_no_consent():
    partner = make_partner(contact="a@kammer.example")
    Consent.objects.filter(user__email="a@kammer.example").update(purpose="newsletter")
    assert not candidates.assess(partner, make_city(contact="b@telgte.example")).sendable["consent"]


def test_the_consent_of_another_member_does_not_stand_in():
    partner, city = make_partner(contact="a@kammer.example"), make_city()
    give_contact(city.organisation, "b@telgte.example", consent=True)
    city.organisation.memberships.update(is_contact=False)
    assert candidates.assess(partner, city).missing == ("Telgte hat keine Ansprechperson für Vermittlungen.",)


def test_a_contact_person_who_may_not_sign_in_cannot_be_asked():
    partner = make_partner(contact="a@kammer.example")
    person = partner.organisation.contact
    person.is_active = False
    person.save()
    assert not candidates.assess(partner, make_city(contact="b@telgte.example")).sendable["consent"]


# --- What an assessment says ----------------------------------------------------------------------------------
def test_gates_and_parts_have_names_for_people():
    pair = candidates.assess(make_partner(approved=False, topics=("youth",)), make_city("Berlin"))
    assert [gate.label for gate in pair.gates] == [
        "Einzugsgebiet",
        "Umkreis der Stadt",
        "Themen",
        "Freigabe",
        "Bestätigte Angaben",
        "Einwilligung",
        "Vermittlungen im Monat",
        "Pause",
        "Frühere Vermittlungen",
    ]
    assert [(part.label, part.maximum) for part in pair.parts] == [
        ("Ort", 3500),
        ("Themen", 3000),
        ("Ergänzung", 1500),
        ("Ausgleich", 1000),
        ("Antworten", 1000),
    ]
    assert sum(part.points for part in pair.parts) == pair.score.total


def test_every_closed_gate_says_what_is_missing():
    partner, city = make_partner(approved=False, topics=("youth",)), make_city("Berlin", reach_km=30)
    Organisation.objects.filter(pk=partner.organisation_id).update(confirmed_at=None, capacity=0)
    Organisation.objects.filter(pk=city.organisation_id).update(
        confirmed_at=datetime(2025, 1, 2, tzinfo=BERLIN), paused_until=NOW.date()
    )
    pair = candidates.assess(partner, city, now=NOW)
    assert pair.missing == (
        "Berlin liegt nicht im Einzugsgebiet von Kammer Beispiel.",
        "Berlin möchte Partner im Umkreis von 30\u00a0km, Kammer Beispiel ist 398\u00a0km entfernt.",
        "Kammer Beispiel und Berlin haben kein gemeinsames Thema, und weder der Bereich Wirtschaft noch eine Fähigkeit "
        "von Kammer Beispiel fehlt dort.",
        "Kammer Beispiel ist noch nicht freigegeben.",
        "Kammer Beispiel hat die eigenen Angaben noch nicht bestätigt.",
        "Berlin hat die eigenen Angaben zuletzt am 02.01.2025 bestätigt, vor mehr als 12 Monaten.",
        "Kammer Beispiel hat keine Ansprechperson für Vermittlungen.",
        "Berlin hat keine Ansprechperson für Vermittlungen.",
        "Kammer Beispiel möchte zurzeit keine Vermittlungen.",
        "Berlin macht Pause bis 31.08.2026.",
    )
    assert all(bool(gate.missing) != gate.holds for gate in pair.gates)


def test_a_sendable_pair_misses_nothing():
    partner, city = make_partner(contact="a@kammer.example"), make_city(contact="b@telgte.example")
    pair = candidates.assess(partner, city)
    assert (pair.is_sendable, pair.missing) == (True, ())


# --- Queries --------------------------------------------------------------------------------------------------
def make_many(*, towns, partners):
    """Invented towns and partners all over Germany, written in bulk."""
    seat, category = make_municipality("Münster"), PartnerCategory.objects.get(code="research")
    topics = list(Topic.objects.all())
    now = timezone.now()
    for kind, number in (("city", towns), ("partner", partners)):
        Organisation.objects.bulk_create(
            Organisation(kind=kind, name=f"{kind} {each}", approved_at=now, confirmed_at=now) for each in range(number)
        )
    cities = City.objects.bulk_create(
        City(
            organisation=organisation,
            slug=f"town-{each}",
            district=seat.district,
            land=seat.land,
            latitude=47.5 + (each % 11) * 0.7,
            longitude=6 + (each // 11) * 0.8,
            taking_part=True,
        )
        for each, organisation in enumerate(Organisation.objects.filter(name__startswith="city "))
    )
    Municipality.objects.bulk_create(_municipality(seat, f"{9000000 + each:08}") for each in range(towns))
    rows = Partner.objects.bulk_create(
        Partner(organisation=organisation, slug=f"partner-{each}", category=category, sector="science", seat=seat)
        for each, organisation in enumerate(Organisation.objects.filter(name__startswith="partner "))
    )
    City.municipalities.through.objects.bulk_create(
        City.municipalities.through(city=city, municipality_id=f"{9000000 + each:08}")
        for each, city in enumerate(cities)
    )
    City.topics.through.objects.bulk_create(
        City.topics.through(city=city, topic=topics[(each + shift) % 17])
        for each, city in enumerate(cities)
        for shift in range(3)
    )
    Partner.topics.through.objects.bulk_create(
        Partner.topics.through(partner=row, topic=topics[(each * shift) % 17])
        for each, row in enumerate(rows)
        for shift in (1, 2)
        if shift == 1 or each % 17
    )
    Offer.objects.bulk_create(Offer(partner=row, kind="rooms") for row in rows)
    Need.objects.bulk_create(Need(city=city, kind="rooms") for city in cities)
    ServiceAreaPart.objects.bulk_create(
        ServiceAreaPart(partner=row, nationwide=True)
        if each % 10 == 0
        else ServiceAreaPart(partner=row, centre=seat, radius_km=100 + each)
        for each, row in enumerate(rows)
    )


def _municipality(pattern, ags):
    return Municipality(
        ags=ags,
        name=f"Ort {ags}",
        land=pattern.land,
        district=pattern.district,
        latitude=50,
        longitude=9,
    )


def test_the_number_of_queries_does_not_depend_on_the_number_of_pairs(django_assert_num_queries):
    partner, _ = make_partner(), make_project(make_city())
    with django_assert_num_queries(QUERIES + 1):  # its own area or place
        candidates.for_partner(partner)
    make_many(towns=110, partners=300)
    partner, city = Partner.objects.get(slug="partner-0"), City.objects.get(slug="town-30")
    make_project(city, "Noch ein Projekt")
    with django_assert_num_queries(QUERIES + 1):  # its own area or place
        assert candidates.for_partner(partner)
    with django_assert_num_queries(QUERIES + 1):  # its own area or place
        assert candidates.for_city(city)
    with django_assert_num_queries(QUERIES):
        found = candidates.survey(Partner.objects.all(), City.objects.all()).fitting()
    assert len(found) > 1000
    with django_assert_num_queries(0):
        assert all(2 <= len(pair.reasons) <= 4 for pair in found[:100])
    with django_assert_num_queries(QUERIES):
        candidates.assess(partner, city)
