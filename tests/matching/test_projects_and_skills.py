"""What a town's projects and missing skills mean for suggestions: a reason and points, never a second pair."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point
from cities.models import Project, Skill
from cities.service_areas import ServiceArea
from matching import candidates, gates, reasons, suggestions
from matching.facts import CityFacts, PartnerFacts, ProjectFacts
from matching.models import Suggestion
from matching.scoring import Weights
from partners.models import Offer
from tests.factories import make_city, make_partner, make_project
from tests.matching.worlds import compare, score

MUENSTER = Point(51.9624, 7.6256)
TELGTE = Place(Point(51.9819, 7.7856), ("05570044",))
TOPICS, KINDS, SKILLS = ("climate", "youth", "digital", "health"), ("time", "rooms", "knowledge"), ("it", "law")

some_topics, some_kinds, some_skills = (st.frozensets(st.sampled_from(values)) for values in (TOPICS, KINDS, SKILLS))
projects = st.lists(
    st.builds(ProjectFacts, st.uuids().map(str), topics=some_topics, needs=some_kinds, skills=some_skills), max_size=3
).map(tuple)
partners = st.builds(
    PartnerFacts,
    st.just(MUENSTER),
    st.just("05515000"),
    st.just(ServiceArea(circles=(Circle(MUENSTER, 50),))),
    st.sampled_from(("business", "science")),
    topics=some_topics,
    offers=some_kinds,
    skills=some_skills,
)
towns = st.builds(
    CityFacts,
    st.just(TELGTE),
    topics=some_topics,
    needs=some_kinds,
    sectors_missing=st.frozensets(st.sampled_from(("business", "civil_society"))),
    skills_missing=some_skills,
    projects=projects,
)


# --- Points ---------------------------------------------------------------------------------------------------
@given(partners, towns)
def test_a_project_only_adds_points_and_only_opens_gates(partner, town):
    alone = replace(town, projects=())
    with_projects, without = score(partner, town, Weights()), score(partner, alone, Weights())
    assert with_projects.topics >= without.topics
    assert with_projects.gap >= without.gap
    assert gates.fit(partner, town)["topics"] >= gates.fit(partner, alone)["topics"]


@given(partners, towns)
def test_the_topics_of_one_question_count_never_a_mixture(partner, town):
    pair = compare(partner, town)
    questions = [(town.topics, town.needs), *((each.topics, each.needs) for each in town.projects)]
    assert (pair.shared_topics, pair.needs, pair.met_needs) in [
        (len(partner.topics & topics), len(needs), len(partner.meets(topics, needs))) for topics, needs in questions
    ]


@pytest.mark.parametrize(("topics", "met"), [({"climate"}, 1), ({"climate", "youth"}, 1), ({"youth"}, 0), (set(), 1)])
def test_a_need_is_met_by_an_offer_of_its_kind_on_a_topic_of_the_question(topics, met):
    """A question that states no topic is about any."""
    partner = PartnerFacts(
        MUENSTER, "05515000", ServiceArea(nationwide=True), "business", frozenset({"climate"}), frozenset({"rooms"})
    )
    town = CityFacts(TELGTE, topics=frozenset(topics), needs=frozenset({"rooms", "time"}))
    assert compare(partner, town).met_needs == met


def test_a_need_is_not_met_where_the_partner_does_not_work_on_the_topic():
    cologne = ServiceArea(circles=(Circle(Point(50.9413, 6.9583), 20),))
    partner = PartnerFacts(
        MUENSTER,
        "05515000",
        ServiceArea(nationwide=True),
        "business",
        topics=frozenset({"climate", "digital"}),
        offers=frozenset({"rooms"}),
        topic_areas={"climate": cologne},
    )
    town = CityFacts(TELGTE, topics=frozenset({"climate"}), needs=frozenset({"rooms"}))
    assert compare(partner, town).met_needs == 0
    assert compare(replace(partner, topic_areas={}), town).met_needs == 1


@given(partners, towns)
def test_the_order_of_projects_makes_no_difference_to_the_points(partner, town):
    turned = replace(town, projects=tuple(reversed(town.projects)))
    assert score(partner, town, Weights()).total == score(partner, turned, Weights()).total


def test_a_missing_skill_fills_the_gap_like_a_missing_sector():
    partner = PartnerFacts(MUENSTER, "05515000", ServiceArea(nationwide=True), "business", skills=frozenset({"it"}))
    town = CityFacts(TELGTE, sectors_present=frozenset({"business"}), skills_missing=frozenset({"it", "law"}))
    assert score(partner, town, Weights()).gap == 1500
    assert score(replace(partner, skills=frozenset({"crafts"})), town, Weights()).gap == 0


# --- Suggestions and reasons ----------------------------------------------------------------------------------
@pytest.fixture
def pair(db):
    """A partner with rooms and a town that share nothing but a project on youth that looks for rooms."""
    partner, city = make_partner(topics=("youth",)), make_city(topics=("climate",))
    Offer.objects.create(partner=partner, kind="rooms")
    return partner, city


def test_a_published_project_raises_a_suggestion_for_its_town_and_one_alone(pair):
    partner, city = pair
    assert suggestions.refresh_city(city).added == 0
    for title in ("Werkstatt", "Café"):
        make_project(city, title, topics=("youth",), needs=("rooms",))
    assert suggestions.refresh_city(city).added == 1
    [suggestion] = Suggestion.objects.all()
    assert (suggestion.partner, suggestion.city) == (partner, city)


@pytest.mark.parametrize("state", ["draft", "review", "ended", "withdrawn"])
def test_a_project_that_is_not_public_counts_for_nothing(pair, state):
    partner, city = pair
    make_project(city, state=state, topics=("youth",))
    assert not candidates.assess(partner, city).fits


@pytest.mark.parametrize(("days", "counts"), [(-1, False), (0, True), (30, True)])
def test_a_project_counts_until_its_last_day_is_over(pair, days, counts):
    partner, city = pair
    make_project(city, topics=("youth",), ends_on=timezone.localdate() + timedelta(days=days))
    assert candidates.assess(partner, city).fits is counts


def test_when_the_project_ends_the_suggestion_is_withdrawn(pair):
    _partner, city = pair
    project = make_project(city, topics=("youth",))
    suggestions.refresh_city(city)
    Project.objects.filter(pk=project.pk).update(state="ended", ended_at=timezone.now(), end_reason="done")
    assert suggestions.refresh_city(city).withdrawn == 1


def test_the_project_is_named_with_what_the_partner_can_give(pair):
    partner, city = pair
    make_project(city, "Werkstatt", topics=("youth",), needs=("rooms", "time"))
    assert [reason.text for reason in candidates.assess(partner, city).reasons] == [
        "Kammer Beispiel hat den Sitz in Münster, 11\u00a0km von Telgte entfernt.",
        "Das Projekt „Werkstatt“ in Telgte sucht Räume, Kammer Beispiel bietet das an.",
    ]


def test_a_project_on_another_topic_is_no_reason_though_it_looks_for_what_the_partner_offers(pair):
    partner, city = pair
    make_project(city, "Passt", topics=("youth",), needs=("time",))
    make_project(city, "Anderes Thema", topics=("health",), needs=("rooms",))
    assert "„Passt“" in candidates.assess(partner, city).reasons[1].text


def test_the_towns_need_is_a_reason_only_on_a_topic_it_shares(pair):
    partner, city = pair
    city.needs.create(kind="rooms")
    assert "needs" not in [fact["kind"] for fact in candidates.assess(partner, city).facts]
    city.topics.add("youth")
    assert "needs" in [fact["kind"] for fact in candidates.assess(partner, city).facts]


def test_of_several_projects_the_one_that_needs_the_partner_most_is_named(pair):
    partner, city = pair
    make_project(city, "Nur das Thema", topics=("youth",), needs=("time",))
    make_project(city, "Räume gesucht", topics=(), needs=("rooms",))
    assert "„Räume gesucht“" in candidates.assess(partner, city).reasons[1].text


def test_skills_and_topics_of_a_project_are_said_where_no_need_is_met(pair):
    partner, city = pair
    project = make_project(city, "Werkstatt", topics=("youth",), needs=())
    assert candidates.assess(partner, city).reasons[1].text == (
        "Das Projekt „Werkstatt“ in Telgte passt zu den Themen von Kammer Beispiel: „Kinder, Jugend, Bildung“."
    )
    it = Skill.objects.get(code="it")
    project.skills.add(it)
    partner.skills.add(it)
    assert candidates.assess(partner, city).reasons[1].text == (
        "Das Projekt „Werkstatt“ in Telgte braucht „IT und Digitales“, Kammer Beispiel bringt das mit."
    )


def test_a_missing_skill_is_said_where_the_sector_is_not_missing(pair):
    partner, city = pair
    for skill in Skill.objects.filter(code__in=("it", "law")):
        city.skills_missing.add(skill)
        partner.skills.add(skill)
    assert candidates.assess(partner, city).reasons[1].text == (
        "Im Netzwerk von Telgte fehlt „IT und Digitales“ und „Recht und Satzung“, Kammer Beispiel bringt das mit."
    )


@pytest.mark.django_db
def test_never_more_than_four_reasons_and_the_project_comes_before_the_towns_own_needs():
    partner, city = make_partner(), make_city(sectors_missing=["business"])
    for kind in ("rooms", "time"):
        Offer.objects.create(partner=partner, kind=kind)
    city.needs.create(kind="time")
    make_project(city, "Werkstatt")
    kinds = [fact["kind"] for fact in candidates.assess(partner, city).facts]
    assert kinds == ["distance_from_seat", "project", "topics", "gap"]


def test_the_town_corrects_what_is_said_of_its_project_and_the_partner_what_it_offers(pair):
    partner, city = pair
    project = make_project(city, topics=("youth",))
    stored = candidates.assess(partner, city).facts
    of_project = {side: reasons.sentences(stored, side=side)[1] for side in ("partner", "city")}
    assert of_project["city"].is_own
    assert (of_project["city"].source_entry, of_project["city"].source_slug) == ("project", project.slug)
    assert of_project["city"].source_field == "need_rooms"
    assert of_project["partner"].is_own
    assert (of_project["partner"].source_entry, of_project["partner"].source_field) == ("partner", "offer_rooms")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"needs": ("rooms",)}, "need_rooms"),
        ({"needs": (), "skills": ("it",)}, "skills"),
        ({"needs": (), "topics": ("youth",)}, "topics"),
    ],
)
@pytest.mark.django_db
def test_stimmt_nicht_leads_to_a_field_that_the_form_of_the_project_has(client, facts, field):
    partner = make_partner(topics=("youth",))
    city = make_city(topics=("climate",), contact="stefan@telgte.example")
    Offer.objects.create(partner=partner, kind="rooms")
    partner.skills.set(Skill.objects.filter(code="it"))
    skills = facts.pop("skills", ())
    project = make_project(city, **{"topics": (), **facts})
    project.skills.set(Skill.objects.filter(code__in=skills))
    reason = reasons.sentences(candidates.assess(partner, city).facts, side="city")[1]
    client.force_login(city.organisation.contact)
    address, _hash, anchor = reason.correct_url.partition("#")
    assert anchor == f"id_{field}"
    assert f'id="{anchor}' in client.get(address).content.decode()
