"""Until when an answer is waited for, and how what nobody answered comes to its end."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

from matching.models import IntroductionRules

logger = logging.getLogger(__name__)


def rules() -> IntroductionRules:
    return IntroductionRules.objects.filter(pk=1).first() or IntroductionRules()


def answer_until(asked_at: datetime) -> datetime:
    """The last minute of the day the mail names, in the portal's wall clock."""
    last_day = timezone.localdate(asked_at) + timedelta(days=rules().answer_days)
    return datetime.combine(last_day, time(23, 59), tzinfo=timezone.get_default_timezone())


def each(step: Callable[[int], bool], pks: Iterable[int]) -> int:
    """Take the step for every case, each in a transaction of its own; returns how many it was taken for."""
    return sum(_alone(step, pk) for pk in pks)


def _alone(step: Callable[[int], bool], pk: int) -> bool:
    try:
        return step(pk)
    except Exception:  # one case that fails must not hold up the others; it is due again at the next call
        logger.exception("case %s could not be closed", pk)
        return False
