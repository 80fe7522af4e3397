"""Random partners and towns, small enough that every kind of accident happens in a few of them."""

from hypothesis import strategies as st

from cities.geometry import Circle, Place, Point, distance_km
from cities.service_areas import ServiceArea
from matching import engine
from matching.facts import CityFacts, PartnerFacts, ProjectFacts, TrackRecord
from matching.scoring import Weights

TOPICS, KINDS, SKILLS = ("climate", "youth", "digital"), ("time", "rooms"), ("it", "law")
SECTORS = ("business", "science")
MUNICIPALITIES = ("05515000", "05554008", "05570044", "07232018", "07233224", "11000000")
KEYS = ("05", "055", "05554", "05570044", "07232", "072", "11", "09")


def compare(partner, city):
    return engine.judge(partner, city, Weights()).comparison


def score(partner, city, weights):
    return engine.judge(partner, city, weights).score


points = st.builds(Point, st.floats(50, 53), st.floats(6, 9)) | st.builds(
    Point, st.sampled_from([51.0, 51.5, 7.5, -51.0, 90.0]), st.sampled_from([7.0, 7.5, 51.0, -180.0])
)
some_topics, some_kinds, some_skills, some_sectors = (
    st.frozensets(st.sampled_from(words)) for words in (TOPICS, KINDS, SKILLS, SECTORS)
)
projects = st.builds(ProjectFacts, st.just("projekt"), topics=some_topics, needs=some_kinds, skills=some_skills)


@st.composite
def records(draw):
    asked = draw(st.integers(0, 20))
    return TrackRecord(draw(st.integers(0, 30)), draw(st.integers(0, 3)), asked, draw(st.integers(0, asked)))


@st.composite
def towns(draw):
    keys = draw(st.lists(st.sampled_from(MUNICIPALITIES), max_size=3, unique=True))
    return CityFacts(
        Place(draw(points), tuple(keys)),
        topics=draw(some_topics),
        needs=draw(some_kinds),
        sectors_present=draw(some_sectors),
        sectors_missing=draw(some_sectors),
        skills_missing=draw(some_skills),
        reach_km=draw(st.none() | st.integers(1, 300)),
        projects=tuple(draw(st.lists(projects, max_size=2))),
        record=draw(records()),
    )


@st.composite
def circles(draw, anchors):
    """Of any radius, or with an edge that passes exactly through a town."""
    centre = draw(points)
    exact = [km for anchor in anchors if 0 < (km := distance_km(centre, anchor)) <= 1000]
    radius = draw(st.floats(0.001, 1000) | st.sampled_from([*exact, 50]))
    return Circle(centre, radius)


@st.composite
def areas(draw, anchors):
    around = draw(st.lists(circles(anchors), max_size=2))
    wider = [Circle(circle.centre, 60) for circle in around if draw(st.booleans())]
    keys = draw(st.frozensets(st.sampled_from(KEYS), max_size=2))
    return ServiceArea(keys, (*around, *wider), nationwide=draw(st.sampled_from([False, False, False, True])))


@st.composite
def partners(draw, anchors):
    return PartnerFacts(
        seat=draw(points | st.sampled_from(anchors or [Point(51.0, 7.0)])),
        seat_key=draw(st.sampled_from(MUNICIPALITIES)),
        area=draw(areas(anchors)),
        sector=draw(st.sampled_from(SECTORS)),
        topics=draw(some_topics),
        offers=draw(some_kinds),
        skills=draw(some_skills),
        record=draw(records()),
        topic_areas=draw(st.dictionaries(st.sampled_from(TOPICS), areas(anchors), max_size=2)),
    )


@st.composite
def worlds(draw):
    """Partners and towns."""
    cities = draw(st.lists(towns(), max_size=4))
    anchors = [city.place.point for city in cities]
    return draw(st.lists(partners(anchors), max_size=4)), cities


@st.composite
def weightings(draw):
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=4, max_size=4)))
    return Weights(*(high - low for low, high in zip([0, *cuts], [*cuts, 100], strict=True)))
