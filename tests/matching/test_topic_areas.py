"""A topic with an area of its own counts only there; whoever works at a town with it is found there."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point
from cities.models import City
from cities.service_areas import ServiceArea
from matching import candidates, gates, reasons
from matching.engine import nearness_of
from matching.facts import CityFacts, PartnerFacts
from partners.models import Partner, ServiceAreaPart
from portal.site import nearby
from tests.factories import make_city, make_municipality, make_partner
from tests.matching.worlds import compare

MUENSTER, KOELN = Point(51.9607, 7.6261), Point(50.9375, 6.9603)
TOWN = Place(KOELN, ("05315000",))
AROUND_KOELN = ServiceArea(circles=(Circle(KOELN, 20, "Köln"),))
HERE = ServiceArea(circles=(Circle(MUENSTER, 50, "Münster"),))


def partner_with(general=HERE, topics=("climate", "digital"), **own):
    return PartnerFacts(MUENSTER, "05515000", general, "business", frozenset(topics), topic_areas=own)


def test_the_area_of_a_topic_opens_the_gate_and_only_that_topic_counts():
    partner = partner_with(climate=AROUND_KOELN)
    city = CityFacts(TOWN, frozenset({"climate", "digital"}))
    assert gates.fit(partner, city) == {"area": True, "reach": True, "topics": True}
    assert compare(partner, city).shared_topics == 1
    assert nearness_of(partner, city).distance_km == 0


def test_a_topic_of_the_general_area_does_not_count_where_only_another_topic_is_worked_on():
    fit = gates.fit(partner_with(climate=AROUND_KOELN), CityFacts(TOWN, frozenset({"digital"})))
    assert (fit["area"], fit["topics"]) == (True, False)


def test_a_topic_with_an_area_of_its_own_does_not_count_in_the_general_one():
    partner = partner_with(ServiceArea(nationwide=True), climate=ServiceArea(frozenset({"11"})))
    fit = gates.fit(partner, CityFacts(TOWN, frozenset({"climate"})))
    assert (fit["area"], fit["topics"]) == (True, False)


def test_the_area_of_a_topic_the_partner_does_not_have_counts_for_nothing():
    partner = partner_with(topics=("digital",), climate=AROUND_KOELN)
    assert not gates.fit(partner, CityFacts(TOWN))["area"]


@pytest.fixture
def partner(db):
    """Around Münster in general, for climate only around Köln."""
    partner = make_partner(topics=("climate", "digital"))
    ServiceAreaPart.objects.create(partner=partner, topic_id="climate", centre=make_municipality("Köln"), radius_km=20)
    return partner


def test_the_reasons_name_only_topics_that_count_there(partner):
    pair = candidates.assess(partner, make_city("Köln", topics=("climate", "digital")))
    assert pair.fits
    (topics,) = [fact for fact in pair.facts if fact["kind"] == "topics"]
    assert [topic["code"] for topic in topics["topics"]] == ["climate"]
    near = make_city("Telgte", topics=("climate", "digital"))
    told = " ".join(reason.text for reason in reasons.sentences(candidates.assess(partner, near).facts))
    assert "Klima" not in told


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"key": "05315000"}, "Köln gehört zum Einzugsgebiet von Kammer Beispiel: Köln."),
        ({"nationwide": True}, "Kammer Beispiel arbeitet bundesweit, also auch in Köln."),
        ({"radius_km": 200}, "Köln gehört zum Einzugsgebiet von Kammer Beispiel: 200\u00a0km um Münster."),
    ],
)
def test_what_rests_on_the_area_of_a_topic_is_corrected_in_the_line_of_that_topic(db, part, sentence):
    partner = make_partner(topics=("climate", "digital"))
    centre = {"centre": partner.seat} if "radius_km" in part else {}
    ServiceAreaPart.objects.create(partner=partner, topic_id="climate", **part, **centre)
    reason = candidates.assess(partner, make_city("Köln", topics=())).reasons[1]
    assert (reason.text, reason.source_field) == (sentence, "area_climate")


def test_the_middle_of_the_area_of_a_topic_is_corrected_there_unless_it_is_in_the_general_one_as_well(partner):
    city = make_city("Köln", topics=())

    def field():
        return candidates.assess(Partner.objects.get(), city).reasons[0].source_field

    assert field() == "area_climate"
    ServiceAreaPart.objects.create(partner=partner, centre=make_municipality("Köln"), radius_km=20)
    assert field() == "area"


def test_a_shared_topic_that_does_not_count_there_is_explained(partner):
    pair = candidates.assess(partner, make_city("Köln", topics=("digital",)))
    assert not pair.fits
    assert "zu den gemeinsamen Themen in einem anderen Gebiet" in " ".join(pair.missing)


def test_a_partner_is_found_where_it_works_on_one_topic_until_it_gives_the_topic_up(partner):
    koeln = make_city("Köln")
    assert Partner.objects.filter(nearby.serves(koeln)).exists()
    assert Partner.objects.filter(nearby.in_region(Partner, "05315")).exists()
    partner.topics.remove("climate")
    assert not Partner.objects.filter(nearby.serves(koeln)).exists()
    assert not Partner.objects.filter(nearby.in_region(Partner, "05315")).exists()


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)  # sets its rows itself
@given(
    st.builds(Point, st.floats(50.5, 52.5), st.floats(6, 8.5)),
    st.integers(1, 200),
    st.sampled_from(["", "05", "055", "05554", "05570044", "11"]),
    st.sampled_from([None, "climate", "health"]),
)
def test_the_database_finds_exactly_whom_the_value_says(db, point, radius_km, key, topic):
    city = City.objects.first() or make_city("Telgte")
    city.latitude, city.longitude = point.latitude, point.longitude
    partner = Partner.objects.first() or make_partner(radius_km=None)
    partner.area_parts.all().delete()
    partner.area_parts.create(centre=partner.seat, radius_km=radius_km, topic_id=topic)
    if key:
        partner.area_parts.create(key=key, topic_id=topic)
    known = candidates.survey(Partner.objects.all(), City.objects.all()).partners[partner.pk].facts
    holds = known.at(city.place).area.contains(city.place)
    assert Partner.objects.filter(nearby.serves(city)).exists() == holds
