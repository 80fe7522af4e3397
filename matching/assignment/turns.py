"""Whose turn it is: what a round takes over from the rounds before."""

from fractions import Fraction

import numpy as np

from matching.assignment.market import MOST_CLAIM, Whole
from matching.assignment.result import Assignment


def ranks(received: Whole, capacity: Whole, last: Whole) -> Whole:
    """Places from 0, for `Market`: who got least per capacity comes first, then who waits longest, then the first row.

    `received`: introductions so far; `last`: the number of the round of its last one, -1 for none.
    """
    shares = [Fraction(got, max(1, room)) for got, room in zip(received.tolist(), capacity.tolist(), strict=True)]
    order = sorted(range(len(shares)), key=lambda row: (shares[row], last[row], row))
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def claims(waiting: Whole, *, everybody: bool) -> Whole:
    """For `Market`: who was left out comes first, and the longer the more; with `everybody` others have a claim too.

    `waiting`: how many rounds in a row each was left out until now.
    """
    return np.minimum(waiting + int(everybody), MOST_CLAIM)


def waiting_after(assignment: Assignment, partners: Whole, cities: Whole) -> tuple[Whole, Whole]:
    """How many rounds in a row each side's were left out now, from how many it was before.

    Left out is who could have had an introduction and got none; who could not have had any waits on.
    """
    market = assignment.market
    return (
        _after(partners, market.partner[market.usable], market.partner[assignment.chosen]),
        _after(cities, market.city[market.usable], market.city[assignment.chosen]),
    )


def _after(before: Whole, candidates: Whole, served: Whole) -> Whole:
    after = before.copy()
    after[np.unique(candidates)] += 1
    after[served] = 0
    return after
