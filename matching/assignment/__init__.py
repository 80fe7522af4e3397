"""The assignment of a round: which pairs are introduced now, for everybody together. Pure: knows numpy, not Django.

    market = Market(partner, city, points, partner_capacity, city_capacity)
    assignment = assign(market)
    certify(market, assignment)  # before anything is released

`market` is the question, `solve` finds the answer by `auction`, `result` is what was found and why a pair is not in it.
`certificate` and `exchanges` are the proof, which knows nothing of how it was found. `turns` is what one round takes
over from those before. In prose: docs/matching.md.
"""

from matching.assignment.certificate import NotCertified, certify, violations
from matching.assignment.market import Market
from matching.assignment.result import Assignment, LeftOut, Why
from matching.assignment.solve import assign

__all__ = ["Assignment", "LeftOut", "Market", "NotCertified", "Why", "assign", "certify", "violations"]
