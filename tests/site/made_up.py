"""Small made-up worlds, and a fingerprint of any."""

import hashlib
import json
from datetime import timedelta

from cities.geometry import Place, Point, distance_km
from cities.service_areas import ServiceArea
from matching.facts import CityFacts, PartnerFacts, ProjectFacts
from matching.gates import Standing
from portal.site.bench_quality.entries import START, WEEKS, PartnerEntry, Project, TownEntry, World
from portal.site.bench_quality.truth import Ground, PartnerTruth, TownTruth

TOWN = Place(Point(52, 10), ("03158000",))
HERE = Ground(TOWN.point, travels_km=50)
KM_PER_DEGREE = distance_km(Point(52, 10), Point(53, 10))


def north(km):
    return Point(52 + km / KM_PER_DEGREE, 10)


def partner(number=0, *, km=0.0, area=None, topics=("climate",), standing=None, truth=None, **more):
    """In the town or north of it, works there on one topic, and says so."""
    seat_key = "03155000" if km else TOWN.keys[0]
    facts = PartnerFacts(north(km), seat_key, area or ServiceArea(nationwide=True), "business", frozenset(topics))
    real = {"organisation": number, "ground": HERE, "work": {"climate": 1.0}, "sector": "business"} | (truth or {})
    confirmed = Standing(confirmed_at=START - timedelta(days=10), **(standing or {}))
    return PartnerEntry(f"Musterkammer {number}", facts, confirmed, PartnerTruth(**real), **more)


def town(*, topics=("climate",), reach_km=None, standing=None, truth=None, **more):
    facts = CityFacts(TOWN, topics=frozenset(topics), reach_km=reach_km)
    real = {"questions": ({"climate": 1.0},)} | (truth or {})
    confirmed = Standing(confirmed_at=START - timedelta(days=10), **({"capacity": 4} | (standing or {})))
    return TownEntry("Musterstadt", facts, confirmed, TownTruth(**real), **more)


def project(key="garden", *, topics=("youth",), first=0, last=WEEKS - 1):
    return Project(ProjectFacts(key, topics=frozenset(topics)), first, last)


def world(*entries, of=None):
    return World(tuple(entries), (of or town(),))


def digest(some_world):
    """Of everything in it, in an order of its own."""
    text = json.dumps([_plain(some_world.partners), _plain(some_world.towns), _plain(some_world.declined)])
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value):
    if isinstance(value, (set, frozenset)):
        return sorted(map(_plain, value))
    if isinstance(value, dict):
        return sorted([_plain(key), _plain(one)] for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return [_plain(getattr(value, name)) for name in value.__dataclass_fields__]
    return str(value)
