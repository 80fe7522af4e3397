"""The invariant „every open case has a next step and a date“: by query, by the daily job, by the command."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from matching import case_watch
from matching.models import Introduction
from matching.tasks import look_after_cases
from portal.accounts.models import OfficeTask
from tests.factories import make_curator
from tests.matching.casts import make_introduction
from tests.matching.clock import at, berlin, make_holidays

pytestmark = pytest.mark.django_db
MONDAY = berlin(2026, 11, 2, 10)
CONSTRAINT = "open_introduction_has_a_next_step"


@pytest.fixture
def case(db):
    with at(MONDAY):
        introduction = make_introduction()
    make_holidays(date(2027, 7, 1), date(2027, 8, 1))
    return introduction


def command():
    out = StringIO()
    call_command("check_cases", stdout=out)
    return out.getvalue()


def test_what_has_a_step_to_come_is_in_order(case):
    with at(MONDAY):
        look_after_cases()
        assert command() == "Alle offenen Vermittlungen haben einen nächsten Schritt.\n"
    assert not OfficeTask.objects.exists()


def test_a_step_that_nobody_took_for_a_day_becomes_one_task(case):
    with at(case.next_step_at + timedelta(days=1, minutes=1)):
        look_after_cases()
        look_after_cases()
        with pytest.raises(CommandError, match=r"Kammer Beispiel – Telgte: überfällig ist Erinnerung am 09.11.2026"):
            command()
    assert "überfällig ist Erinnerung am 09.11.2026" in OfficeTask.objects.get().text


def test_within_a_day_the_clock_may_be_late(case):
    with at(case.next_step_at + timedelta(hours=23)):
        look_after_cases()
    assert not OfficeTask.objects.exists()


def test_a_case_broken_past_the_constraint_is_found(case):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE matching_introduction DROP CONSTRAINT {CONSTRAINT}")
    Introduction.objects.update(next_step="", next_step_at=None)
    assert [case_watch.why(row) for row in case_watch.stuck(MONDAY)] == [
        "Kammer Beispiel – Telgte: kein nächster Schritt"
    ]
    with at(MONDAY):
        look_after_cases()
    assert OfficeTask.objects.get().kind == "dates"


def test_looking_for_them_is_one_query(case, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(case_watch.stuck(MONDAY + timedelta(days=90)))


def test_the_daily_job_moves_cases_after_holidays_were_entered(case):
    make_holidays(date(2026, 11, 5), date(2026, 11, 15))
    with at(MONDAY):
        look_after_cases()
    assert Introduction.objects.get().next_step_at == berlin(2026, 11, 20, 8)


def test_half_a_year_before_a_calendar_ends_the_office_is_asked_once(case):
    with at(berlin(2027, 3, 1, 4)):
        look_after_cases()
        look_after_cases()
    tasks = OfficeTask.objects.filter(key="school-holidays:2027")
    assert "Schulferien für 2027 fehlen: Nordrhein-Westfalen." in tasks.get().text


def test_the_office_sees_the_next_step(case, client):
    client.force_login(make_curator("buero@office.example"))
    with at(MONDAY):
        for address in ("/admin/matching/introduction/", f"/admin/matching/introduction/{case.pk}/change/"):
            assert "Erinnerung am 09.11.2026" in client.get(address).content.decode()
