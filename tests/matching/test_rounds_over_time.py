"""Half a year of weekly rounds: who got least comes first, and nobody is passed over again while others have plenty.

What is asserted, of every round and of both sides:

- Whoever was left out last time, could have had an introduction and is left out again could not be helped: nobody who
  could make room, directly or by a chain of exchanges, gets two, let alone three, or waits less long.
- Where a region has room for half of its towns, none is left out twice in a row at all, whatever others get elsewhere.
"""

import numpy as np
import pytest

from matching.assignment import Market, assign, certify
from matching.assignment.turns import claims, ranks, waiting_after

ROUNDS = 26


class Rounds:
    """A world that is assigned every week; `turns` off: points alone decide, as if no round remembered another."""

    def __init__(self, partner, city, fit, partner_capacity, city_capacity, *, turns=True, everybody=False):
        self.partner, self.city, self.fit, self.turns, self.everybody = partner, city, fit, turns, everybody
        self.capacity = [np.array(partner_capacity), np.array(city_capacity)]
        self.received = [np.zeros_like(capacity) for capacity in self.capacity]
        self.last = [np.full_like(capacity, -1) for capacity in self.capacity]
        self.waiting = [np.zeros_like(capacity) for capacity in self.capacity]

    def run(self):
        """The rounds, one after the other: what was decided, and how long each side's had been waiting before."""
        for number in range(ROUNDS):
            assignment = assign(self._market(number))
            certify(assignment.market, assignment)
            yield assignment, self.waiting
            self._remember(number, assignment)

    def _market(self, number):
        sides = {"partner_capacity": self.capacity[0], "city_capacity": self.capacity[1]}
        if self.turns:
            for side, name in enumerate(("partner", "city")):
                sides[f"{name}_rank"] = ranks(self.received[side], self.capacity[side], self.last[side])
                sides[f"{name}_claim"] = claims(self.waiting[side], everybody=self.everybody or name == "city")
        return Market(self.partner, self.city, self._points(number), **sides)

    def _points(self, number):
        """The pair's own points and up to 10 for fairness, as docs/matching.md has it, per week instead of month."""
        used = [got / np.maximum(1, room * ROUNDS) for got, room in zip(self.received, self.capacity, strict=True)]
        fairness = 1 - (used[0][self.partner] + used[1][self.city]) / 2
        return self.fit + (1000 * fairness).astype(int) * self.turns

    def _remember(self, number, assignment):
        for side, node in enumerate((self.partner[assignment.chosen], self.city[assignment.chosen])):
            np.add.at(self.received[side], node, 1)
            self.last[side][node] = number
        self.waiting = waiting_after(assignment, *self.waiting)

    def gini(self, side):
        """Of introductions per capacity, of those who could have any: 0 if all are treated alike."""
        there = np.unique((self.partner, self.city)[side])
        shares = np.sort(self.received[side][there] / self.capacity[side][there])
        weights = 2 * np.arange(1, shares.size + 1) - shares.size - 1
        return float((weights * shares).sum() / (shares.size * shares.sum()))


def world(seed, **more):
    """60 towns and 24 partners in 6 regions, from one with far too few partners to one with far too many.

    Some partners work in the next region too; some of each side have far more points than others.
    """
    chance = np.random.default_rng(seed)
    region = np.repeat(np.arange(6), [14, 12, 12, 10, 8, 4])
    works_in = [{home, home + chance.integers(0, 2)} for home in np.repeat(np.arange(6), [1, 2, 2, 4, 7, 8])]
    every = [(p, c) for p in range(24) for c in range(60) if region[c] in works_in[p] and chance.random() < 0.8]
    partner, city = np.array(every).T
    quality = chance.integers(0, 3000, 24)[partner] + chance.integers(0, 3000, 60)[city]
    fit = quality + chance.integers(0, 3000, partner.size)
    return Rounds(partner, city, fit, chance.integers(1, 4, 24), chance.integers(1, 4, 60), **more)


def linked(market, chosen, side, start):
    """Who of `side` could make room for `start`, by chains of pairs that were left out and chosen in turn."""
    nodes = (market.partner, market.city)
    node, other = nodes[side].tolist(), nodes[1 - side].tolist()
    taken = set(chosen.tolist())
    found, todo = {start}, [start]
    while todo:
        one = todo.pop()
        asked = {other[pair] for pair in range(len(node)) if node[pair] == one and pair not in taken}
        news = {node[pair] for pair in taken if other[pair] in asked} - found
        found |= news
        todo += news
    return found - {start}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("everybody", [False, True])
def test_nobody_is_left_out_again_while_another_who_could_make_room_has_two(seed, everybody):
    again = 0
    for assignment, waiting in world(seed, everybody=everybody).run():
        market = assignment.market
        for side, node in enumerate((market.partner, market.city)):
            count = np.bincount(node[assignment.chosen], minlength=waiting[side].size)
            for one in np.unique(node):
                if waiting[side][one] and not count[one]:
                    others = linked(market, assignment.chosen, side, one)
                    again += 1
                    assert all(count[other] == 1 for other in others)
                    assert all(waiting[side][other] >= waiting[side][one] for other in others)
    assert again, "the world is not scarce enough to show anything"


@pytest.mark.parametrize("seed", range(3))
def test_with_room_for_half_nobody_is_left_out_twice_in_a_row_while_others_get_three(seed):
    """Six regions with eight towns and room for five, and one where two towns get all they want."""
    chance = np.random.default_rng(seed)
    pairs = [(region * 2 + one, region * 8 + town) for region in range(6) for one in range(2) for town in range(8)]
    pairs += [(partner, town) for partner in (12, 13, 14) for town in (48, 49)]
    partner, city = np.array(pairs).T
    rounds = Rounds(partner, city, chance.integers(0, 9000, len(pairs)), [3, 2] * 6 + [2] * 3, [3] * 50)
    for assignment, waiting in rounds.run():
        assert np.bincount(assignment.market.city[assignment.chosen]).max() == 3
        assert waiting[1].max() <= 1


@pytest.mark.parametrize("seed", range(3))
def test_towns_that_share_one_introduction_a_week_take_turns(seed):
    chance = np.random.default_rng(seed)
    rounds = Rounds(np.zeros(5, int), np.arange(5), chance.integers(0, 9000, 5), [1], [3] * 5)
    served = [int(assignment.market.city[assignment.chosen][0]) for assignment, _ in rounds.run()]
    assert all(sorted(served[week : week + 5]) == list(range(5)) for week in range(ROUNDS - 5))


@pytest.mark.parametrize("seed", range(3))
def test_turns_even_out_what_everybody_gets(seed):
    """The print is for whoever runs this with -s: what fairness gives, and what it costs."""
    alone, fair = {}, {}
    for found, turns in ((alone, False), (fair, True)):
        rounds = world(seed, turns=turns)
        decided = list(rounds.run())
        found["points"] = sum(int(rounds.fit[assignment.chosen].sum()) for assignment, _ in decided) / 100
        found["coverage"] = sum(assignment.coverage for assignment, _ in decided)
        found["waited"] = [max(int(waiting[side].max()) for _, waiting in decided) for side in (0, 1)]
        found["gini"] = [round(rounds.gini(side), 3) for side in (0, 1)]
    print(f"\npoints alone: {alone}\nwith turns:   {fair}")  # noqa: T201 - see above
    for side in (0, 1):
        assert fair["gini"][side] < alone["gini"][side]
        assert alone["waited"][side] == ROUNDS - 1, "somebody never had a turn, so there is something to even out"
    assert fair["waited"][0] <= 1
    assert fair["waited"][1] < ROUNDS // 2
    assert fair["coverage"] == alone["coverage"]
    assert fair["points"] > 0.9 * alone["points"]
