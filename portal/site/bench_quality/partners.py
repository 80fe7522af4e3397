"""Three hundred invented partners: what they are, and what their entries say."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from matching.facts import PartnerFacts
from matching.gates import Standing
from portal.site.bench_quality import grounds
from portal.site.bench_quality.entries import START, PartnerEntry
from portal.site.bench_quality.places import Seat
from portal.site.bench_quality.truth import Ground, PartnerTruth
from portal.site.bench_quality.words import RESOURCES, SKILLS, TOPICS, recorded, shares

STALE, PAUSED, NO_CONSENT, SEAT_ELSEWHERE = "stale", "paused", "no consent", "seat elsewhere"
TOPIC_ELSEWHERE, SECOND_ENTRY = "topic elsewhere", "second entry"
PLANTED = {STALE: 30, PAUSED: 18, NO_CONSENT: 24, SEAT_ELSEWHERE: 15, TOPIC_ELSEWHERE: 20}
SECOND_ENTRIES = 12
_ELSEWHERE_KM = 150


@dataclass(frozen=True)
class Kind:
    """Of the partners of one kind: name, number, sector, topics they may work on, and how their ground is drawn."""

    name: str
    number: int
    sector: str
    topics: tuple[str, ...]
    ground: Callable[[Random, Seat], Ground]


def _near(chance: Random, seat: Seat) -> Ground:
    return grounds.circle(chance, seat, least=20, most=60)


def _farther(chance: Random, seat: Seat) -> Ground:
    return grounds.circle(chance, seat, least=40, most=120)


_WORK = ("skilled_labour", "digital", "youth", "town_centre", "climate", "circular")
_CARE = ("health", "generations", "neighbourhood", "youth", "skilled_labour", "crisis")
_CIVIC = ("strategy", "participation", "cohesion", "integration", "recognition", "clubs", "matching")
KINDS = (
    Kind("Musterkammer", 25, "business", _WORK, grounds.districts),
    Kind("Beispielkammer", 15, "business", _WORK, grounds.region),
    Kind("Beispielinnung", 60, "business", _WORK, _near),
    Kind("Musterkasse", 30, "administration", _CARE, grounds.land),
    Kind("Beispielversicherung", 15, "administration", _CARE, grounds.everywhere),
    Kind("Musterinstitut", 23, "science", (*_WORK, "strategy", "health"), grounds.land),
    Kind("Beispielinstitut", 12, "science", (*_CIVIC, "digital", "climate"), grounds.everywhere),
    Kind("Musterverband", 30, "business", (*_CARE, "cohesion", "integration"), grounds.region),
    Kind("Probeberatung", 40, "business", (*_WORK, "strategy", "health"), _farther),
    Kind("Beispielwerke", 20, "business", (*_WORK, "clubs", "crisis"), _near),
    Kind("Musternetz", 12, "civil_society", _CIVIC, grounds.districts),
    Kind("Probenetz", 6, "civil_society", _CIVIC, grounds.everywhere),
)


def invent(chance: Random, seats: Sequence[Seat]) -> tuple[PartnerEntry, ...]:
    """In the order of their kinds; at last those that are entered a second time."""
    partners = list(_partners(chance, seats))
    numbers = chance.sample(range(len(partners)), sum(PLANTED.values()) + SECOND_ENTRIES)
    for kind, count in PLANTED.items():
        chosen, numbers = numbers[:count], numbers[count:]
        for number in chosen:
            partners[number] = _spoil(chance, partners[number], kind, seats)
    return (*partners, *(_second_entry(chance, partners[number]) for number in numbers))


def _partners(chance: Random, seats: Sequence[Seat]) -> Iterator[PartnerEntry]:
    """Larger cities have more of them."""
    sizes = [seat.population for seat in seats]
    number = 0
    for kind in KINDS:
        for seat in chance.choices(seats, sizes, k=kind.number):
            yield _partner(chance, kind, seat, number)
            number += 1


def _partner(chance: Random, kind: Kind, seat: Seat, number: int) -> PartnerEntry:
    ground = kind.ground(chance, seat)
    work = shares(chance, kind.topics, least=2, most=4)
    capacity = chance.choices((1, 2, 3, 4), (25, 45, 20, 10))[0]
    truth = PartnerTruth(
        organisation=number,
        ground=grounds.less_than_everywhere(chance, ground, [f"{land:02}" for land in range(1, 17)]),
        work=work,
        sector=kind.sector,
        is_there=chance.random() < 0.97,
        wants=chance.random() < 0.92,
        attentive=chance.uniform(0.3, 0.95),
    )
    facts = PartnerFacts(
        seat=seat.point,
        seat_key=seat.key,
        area=grounds.recorded(chance, ground),
        sector=kind.sector,
        topics=recorded(chance, work, TOPICS, claimed=0.2),
        offers=frozenset(chance.sample(RESOURCES, chance.randint(1, 3))),
        skills=frozenset(chance.sample(SKILLS, chance.randint(0, 2))),
    )
    confirmed_at = START - timedelta(days=chance.randint(0, 170))
    standing = Standing(confirmed_at=confirmed_at, capacity=capacity)
    clicks = int(chance.paretovariate(1.2)) - 1
    return PartnerEntry(f"{kind.name} {seat.name}", facts, standing, truth, clicks=clicks)


def _spoil(chance: Random, entry: PartnerEntry, kind: str, seats: Sequence[Seat]) -> PartnerEntry:
    """Half of the stale are gone, half of those without consent want nothing."""
    facts, standing, truth = entry.facts, entry.standing, entry.truth
    if kind == STALE:
        standing = replace(standing, confirmed_at=START - timedelta(days=chance.randint(400, 1200)))
        truth = replace(truth, is_there=chance.random() < 0.5)
    elif kind == PAUSED:
        standing = replace(standing, paused_until=(START + timedelta(days=chance.choice((40, 75, 400)))).date())
    elif kind == NO_CONSENT:
        standing = replace(standing, consent=False)
        truth = replace(truth, wants=chance.random() < 0.5)
    elif kind == SEAT_ELSEWHERE:
        seat = grounds.far_from(chance, facts.seat, seats, km=_ELSEWHERE_KM)
        facts = replace(facts, seat=seat.point, seat_key=seat.key)
    else:
        topic = chance.choice(sorted(facts.topics))
        ground = _near(chance, grounds.far_from(chance, facts.seat, seats, km=_ELSEWHERE_KM))
        truth = replace(truth, topic_grounds={topic: ground})
        facts = replace(facts, topic_areas={topic: grounds.recorded(chance, ground)})
    return replace(entry, facts=facts, standing=standing, truth=truth, planted=kind)


def _second_entry(chance: Random, entry: PartnerEntry) -> PartnerEntry:
    """The same organisation under another spelling, entered by somebody else with another view of it."""
    facts = replace(
        entry.facts,
        area=grounds.recorded(chance, entry.truth.ground),
        topics=recorded(chance, entry.truth.work, TOPICS, claimed=0.2),
    )
    name = entry.name.replace(" ", "-").replace("Muster", "MUSTER")
    return replace(entry, name=f"{name} e. V.", facts=facts, planted=SECOND_ENTRY, clicks=0)
