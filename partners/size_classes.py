"""The size of a company by its staff and money: Recommendation 2003/361/EC, annex, article 2. Pure: knows no Django.

A company belongs to the smallest class whose limit of staff holds together with one of the two limits of money; which
of the two it meets is its own choice. Where money is not known, more than one class is possible.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Staff (annual work units) below this number, and at most so many million euro."""

    code: str
    staff_below: int
    turnover: Decimal
    balance: Decimal


CLASSES = (
    Limits("micro", 10, Decimal(2), Decimal(2)),
    Limits("small", 50, Decimal(10), Decimal(10)),
    Limits("medium", 250, Decimal(50), Decimal(43)),
)


def possible_classes(staff: int, *, turnover: Decimal | None = None, balance: Decimal | None = None) -> tuple[str, ...]:
    """The classes the company may belong to, smallest first; none for one that is larger. Money in million euro.

    400 staff: none. 8 staff and nothing else: all three. 8 staff, turnover 1.5: micro. 8 staff, turnover 5, balance
    unknown: micro, since the balance may be small, or small.
    """
    possible: list[str] = []
    for limits in CLASSES:
        if staff >= limits.staff_below:
            continue
        known = [(turnover, limits.turnover), (balance, limits.balance)]
        if any(value is not None and value <= most for value, most in known):
            return (*possible, limits.code)  # this one holds for certain, and with it no larger one
        if any(value is None for value, _most in known):
            possible.append(limits.code)
    return tuple(possible)
