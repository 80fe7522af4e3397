"""The size classes of Recommendation 2003/361/EC, without a database."""

from decimal import Decimal

import pytest

from partners.size_classes import possible_classes


@pytest.mark.parametrize(
    ("staff", "turnover", "balance", "classes"),
    [
        (9, None, None, ("micro", "small", "medium")),
        (10, None, None, ("small", "medium")),
        (49, None, None, ("small", "medium")),
        (50, None, None, ("medium",)),
        (249, None, None, ("medium",)),
        (250, None, None, ()),
        (400, "1", "1", ()),
        (8, "1.5", None, ("micro",)),
        (8, "2", "90", ("micro",)),  # one of the two limits is enough
        (8, "5", None, ("micro", "small")),  # the balance may be small; by its turnover it is small at most
        (8, "5", "5", ("small",)),
        (30, "2", None, ("small",)),
        (100, "50", None, ("medium",)),
        (100, "50.01", "43", ("medium",)),
        (100, "50.01", "43.01", ()),
        (0, None, None, ("micro", "small", "medium")),
    ],
)
def test_a_company_is_of_the_smallest_class_whose_limits_hold(staff, turnover, balance, classes):
    money = {
        "turnover": Decimal(turnover) if turnover else None,
        "balance": Decimal(balance) if balance else None,
    }
    assert possible_classes(staff, **money) == classes
