"""A time to call in words, for mails and pages."""

from datetime import time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from matching.call_times import MONDAY_TO_FRIDAY, CallTime

DAYS = (lazy("Mo"), lazy("Di"), lazy("Mi"), lazy("Do"), lazy("Fr"))


def words(call: CallTime) -> str:
    """Di und Do, 9:00–11:30 Uhr"""
    names = dict(zip(MONDAY_TO_FRIDAY, map(str, DAYS), strict=True))
    *first, last = (names[day] for day in call.days)
    days = _(" und ").join([", ".join(first), last]) if first else last
    return _("{days}, {start}–{end} Uhr").format(days=days, start=clock(call.start), end=clock(call.end))


def clock(moment: time) -> str:
    """9:30"""
    return f"{moment.hour}:{moment:%M}"
