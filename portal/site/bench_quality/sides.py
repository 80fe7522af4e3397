"""How partners and towns stand before a round of ours: what the portal would read from its database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from matching.facts import CityFacts, PartnerFacts, TrackRecord
from matching.gates import PairHistory, Standing, is_quiet, months_before, of_one_side
from matching.round_question import Participant
from matching.scoring import MONTHS_OF_FAIRNESS
from portal.site.bench_quality.diary import Answer, Asked, Diary, month
from portal.site.bench_quality.entries import Pair, moment

Facts = TypeVar("Facts", PartnerFacts, CityFacts)


@dataclass(frozen=True)
class Side(Generic[Facts]):
    """One organisation in one week; `last` is the day it was last asked, 0 for never."""

    facts: Facts
    standing: Standing
    may_be_asked: bool
    last: int

    def participant(self, number: int, *, waiting: int, most: int | None = None) -> Participant:
        room = max(0, self.standing.capacity - self.standing.introductions)
        return Participant(
            number,
            room=room if most is None else min(room, most),
            received=self.facts.record.introductions,
            capacity=self.standing.capacity,
            last=self.last,
            waiting=waiting,
        )


def partners(diary: Diary, week: int) -> list[Side[PartnerFacts]]:
    return [
        _side(entry.facts, entry.standing, asked, [one.partner_says for one in asked], week)
        for entry, asked in ((entry, diary.of_partner[number]) for number, entry in enumerate(diary.world.partners))
    ]


def towns(diary: Diary, week: int) -> list[Side[CityFacts]]:
    return [
        _side(entry.in_week(week), entry.standing, asked, [one.town_says for one in asked], week)
        for entry, asked in ((entry, diary.of_town[number]) for number, entry in enumerate(diary.world.towns))
    ]


def are_quiet(diary: Diary, pair: Pair, week: int) -> bool:
    """What was suggested in an earlier week has been answered by now, or waits for an answer, or was met by silence."""
    asked = diary.of_pair[pair]
    refusals = [moment(one.week + 1) for one in asked if one.is_refused]
    if pair in diary.world.declined:
        refusals.append(diary.world.declined[pair])
    ongoing = any(not one.is_refused and not one.is_expired(week) for one in asked)
    return is_quiet(PairHistory(ongoing=ongoing, refused_at=max(refusals, default=None)), now=moment(week))


def _side(facts: Facts, standing: Standing, asked: Sequence[Asked], says: Sequence[Answer], week: int) -> Side[Facts]:
    standing = replace(standing, introductions=sum(month(one.week) == month(week) for one in asked))
    return Side(
        replace(facts, record=_record(standing, asked, says, week)),
        standing,
        may_be_asked=all(of_one_side(standing, now=moment(week)).values()),
        last=moment(asked[-1].week).toordinal() if asked else 0,
    )


def _record(standing: Standing, asked: Sequence[Asked], says: Sequence[Answer], week: int) -> TrackRecord:
    """Who said nothing while the other side refused was not silent, only no longer needed."""
    since = months_before(moment(week), MONTHS_OF_FAIRNESS)
    recent = sum(moment(one.week) >= since for one in asked)
    answered = sum(answer in (Answer.YES, Answer.NO) for answer in says)
    silent = sum(answer == Answer.SILENCE and one.is_expired(week) for answer, one in zip(says, asked, strict=True))
    return TrackRecord(recent, standing.capacity, answered + silent, answered)
