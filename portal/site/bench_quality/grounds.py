"""Where partners of the made-up world work, by their kind, and what their entries say about it."""

from collections.abc import Sequence
from random import Random

from cities.geometry import Circle, Point, distance_km
from cities.service_areas import ServiceArea
from portal.site.bench_quality.places import Seat, district_centres
from portal.site.bench_quality.truth import Ground

EVERYWHERE = ""  # every key begins with it
_LANDS_WITH_REGIONS = ("03", "05", "06", "07", "08", "09", "14")
_MOST_KM = 400.0


def circle(chance: Random, seat: Seat, *, least: int, most: int) -> Ground:
    """In steps of 5 km, as people say it."""
    return Ground(seat.point, travels_km=5 * chance.randint(least // 5, most // 5))


def districts(chance: Random, seat: Seat) -> Ground:
    """The seat's Kreis and some of the nearest ones in the same Land."""
    near = sorted(
        (key for key in district_centres() if key.startswith(seat.key[:2])),
        key=lambda key: (distance_km(district_centres()[key], seat.point), key),
    )
    return Ground(seat.point, tuple(sorted({seat.key[:5], *near[: chance.randint(3, 6)]})))


def region(chance: Random, seat: Seat) -> Ground:
    """The Regierungsbezirk, or the Land where it has none."""
    return Ground(seat.point, (seat.key[: 3 if seat.key[:2] in _LANDS_WITH_REGIONS else 2],))


def land(chance: Random, seat: Seat) -> Ground:
    return Ground(seat.point, (seat.key[:2],))


def everywhere(chance: Random, seat: Seat) -> Ground:
    return Ground(seat.point, (EVERYWHERE,))


def recorded(chance: Random, ground: Ground) -> ServiceArea:
    """Of 100 entries 75 say how it is, 15 too much, 10 too little; who works everywhere says so."""
    (how,) = chance.choices(("as it is", "too wide", "too narrow"), (75, 15, 10))
    if ground.travels_km:
        return ServiceArea(circles=(Circle(ground.office, _radius(ground.travels_km, how)),))
    if EVERYWHERE in ground.districts:
        return ServiceArea(nationwide=True)
    return ServiceArea(frozenset(_keys(chance, ground.districts, how)))


def less_than_everywhere(chance: Random, ground: Ground, lands: Sequence[str]) -> Ground:
    """Of those that say they work everywhere, a quarter gets no farther than three Länder."""
    if EVERYWHERE in ground.districts and chance.random() < 0.25:
        return Ground(ground.office, tuple(chance.sample(lands, 3)))
    return ground


def far_from(chance: Random, point: Point, seats: Sequence[Seat], *, km: float) -> Seat:
    return chance.choice([seat for seat in seats if distance_km(seat.point, point) > km])


def _radius(travels_km: float, how: str) -> float:
    return min(_MOST_KM, travels_km * {"as it is": 1, "too wide": 1.5, "too narrow": 0.7}[how])


def _keys(chance: Random, keys: Sequence[str], how: str) -> Sequence[str]:
    if how == "too wide":
        return [key[:2] for key in keys]
    if how == "too narrow" and len(keys) > 1:
        return chance.sample(keys, len(keys) // 2)
    return keys
