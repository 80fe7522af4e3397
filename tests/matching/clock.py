"""The portal's clock in tests: days pass, and its worker looks several times a day, as beat has it do."""

from datetime import datetime, time, timedelta

import time_machine
from django.utils import timezone

from cities.models import SchoolHoliday
from matching import carrying_on
from matching.models import Introduction
from matching.schedule import BERLIN
from portal.mail.models import OutgoingMail

LOOKS = (time(0, 5), time(8, 5), time(18, 0))


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


def at(moment):
    """Everything inside happens at this moment."""
    return time_machine.travel(moment, tick=False)


def make_holidays(first, last, *, land="05", name="Ferien"):
    return SchoolHoliday.objects.create(land_id=land, name=name, first_day=first, last_day=last)


def new_mails(known):
    """The keys of mails written since, without the numbers of rows, with their recipients."""
    mails = OutgoingMail.objects.exclude(pk__in=known).order_by("pk")
    known.update(mails.values_list("pk", flat=True))
    return [(mail.key.split(":")[0], mail.to.split("@")[0]) for mail in mails]


def live(start, end, *, doing=None):
    """Let the days from start to end pass; `doing` maps days to what people do at noon.

    Returns what was mailed, as (03.12., kind, recipient). At no look an open case may be without a step to come.
    """
    diary, known = [], set(OutgoingMail.objects.values_list("pk", flat=True))
    day = start
    while day <= end:
        for clock in (*LOOKS, time(12)):
            with at(datetime.combine(day, clock, BERLIN)):
                if clock == time(12):
                    (doing or {}).get(day, lambda: None)()
                else:
                    carrying_on.carry_on_due()
                    assert not Introduction.objects.without_a_step(due_before=timezone.now()).exists()
            diary += [(f"{day:%d.%m.}", *mail) for mail in new_mails(known)]
        day += timedelta(days=1)
    return diary
