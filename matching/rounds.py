"""Rounds: what should go out now for everybody together is chosen by the portal and released by the office.

start → waiting → computing → prepared → released   each pair becomes an introduction, if it still may
                                       → discarded  by the office, or a later round takes its place
                            → failed                a fault of ours
A round that is killed has written nothing of itself and is run again; one that is killed while it is released is
released again, and only what is still open goes out.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import candidates, carrying_on, introductions, round_plan, schedule, suggestions
from matching.assignment import assign, certify
from matching.models import DueJob, MatchingRound, RoundPair, Suggestion
from matching.round_plan import Plan
from matching.round_question import Question
from portal import wakeup
from portal.accounts.models import User
from portal.accounts.refusals import Refusal

State = MatchingRound.State
WEEKLY_ROUND = "weekly_round"
LEASE = timedelta(minutes=15)  # by the database's clock; who has not finished by then is dead


class RoundError(Refusal):
    """The step does not fit the state of the round, or it may not be released; the message is for the person."""


@dataclass(frozen=True, slots=True)
class Released:
    """How many introductions began, and why others did not."""

    introductions: int
    refused: list[str]


def start(*, by: User | None) -> MatchingRound:
    """A round that waits to be computed; there is one at a time. `by` is None for the calendar."""
    if by is not None:
        _require_office(by)
    try:
        with transaction.atomic():
            return MatchingRound.objects.create(started_by=by)
    except IntegrityError as error:
        raise RoundError(
            _("Es wird gerade schon eine Runde berechnet. Bitte warten Sie, bis sie fertig ist.")
        ) from error


def wake() -> None:
    """Have a worker compute what waits."""
    wakeup.wake("matching.tasks.run_rounds")


@transaction.atomic
def start_if_due(now: datetime | None = None) -> MatchingRound | None:
    """A round a week, however often this is called; None where none is due, or one is under way."""
    now = now or _now()
    DueJob.objects.get_or_create(name=WEEKLY_ROUND, defaults={"due_at": schedule.next_weekly(now)})
    due = DueJob.objects.select_for_update(skip_locked=True).filter(name=WEEKLY_ROUND, due_at__lte=now)
    job = due.first()
    if job is None or MatchingRound.objects.unfinished().exists():
        return None
    job.due_at, job.done_at = schedule.next_weekly(now), now
    job.save(update_fields=["due_at", "done_at"])
    return start(by=None)


def run_waiting(now: datetime | None = None) -> int:
    """Compute what waits, and what somebody began who is dead; returns how many rounds."""
    dead = MatchingRound.objects.unfinished().filter(claimed_until__lt=now or Now())
    dead.update(state=State.WAITING, claimed_until=None)
    return sum(run(row) is not None for row in MatchingRound.objects.filter(state=State.WAITING))


def run(row: MatchingRound) -> MatchingRound | None:
    """Compute a waiting round; None where another one does that already."""
    waiting = MatchingRound.objects.filter(pk=row.pk, state=State.WAITING)
    if not waiting.update(state=State.COMPUTING, claimed_until=Now() + LEASE):
        return None
    try:
        _compute(row.pk)
    except Exception:  # whatever it is, the next round must not wait for this one; the caller's log says what it was
        MatchingRound.objects.filter(pk=row.pk).update(state=State.FAILED, closed_at=timezone.now())
        raise
    row.refresh_from_db()
    return row


def release(row: MatchingRound, *, by: User) -> Released:
    """The office agrees to a prepared round: every pair that is still open and may be introduced is."""
    _require_office(by)
    _require_proof(_lock_prepared_and_read(row.pk))
    refused: list[str] = []
    begun: list[int] = []
    pairs = (
        Suggestion.objects.open()
        .filter(rounds__round=row.pk)
        .select_related("partner__organisation", "city__organisation")
    )
    for suggestion in pairs.order_by("-points", "pk"):
        try:
            begun.append(introductions.release(suggestion, by=by, later=True).pk)
        except Refusal as refusal:
            refused.append(f"{suggestion}: {refusal}")
    _close(row.pk, State.RELEASED, by=by)
    carrying_on.ask_released(begun)
    released = Suggestion.objects.filter(rounds__round=row.pk, state=Suggestion.State.RELEASED)
    return Released(released.count(), refused)


def discard(row: MatchingRound, *, by: User) -> MatchingRound:
    """The office decides against a prepared round; its suggestions stay open."""
    _require_office(by)
    return _close(row.pk, State.DISCARDED, by=by)


@transaction.atomic
def _compute(pk: int) -> None:
    """Refresh, choose and write from one reading, in one transaction: nobody decides about a suggestion meanwhile."""
    began = time.monotonic()
    held = suggestions.hold(Suggestion.objects.all())
    everybody = candidates.everybody()
    suggestions.keep_in_step(held, everybody)
    rows = Suggestion.objects.open().values_list("partner", "city", "pk")
    ids = {(partner, city): suggestion for partner, city, suggestion in rows}
    plan = round_plan.plan(everybody, among=ids)
    MatchingRound.objects.filter(state=State.PREPARED).update(state=State.DISCARDED, closed_at=timezone.now())
    _write(pk, plan, began=began)
    chosen = [RoundPair(round_id=pk, suggestion_id=ids[pair.partner, pair.city]) for pair in plan.chosen]
    RoundPair.objects.bulk_create(chosen, batch_size=1000)


def _write(pk: int, plan: Plan, *, began: float) -> None:
    certify(plan.question.market, plan.assignment)
    MatchingRound.objects.filter(pk=pk).update(
        state=State.PREPARED,
        claimed_until=None,
        computed_at=timezone.now(),
        duration_ms=round(1000 * (time.monotonic() - began)),
        weights=plan.weights_version,
        question=plan.question.as_json(),
        question_hash=plan.question.digest(),
        left_out=plan.left_out,
        waiting=plan.waiting,
        coverage=plan.assignment.coverage,
        total=plan.assignment.total,
        bound=plan.assignment.bound,
    )


@transaction.atomic
def _lock_prepared_and_read(pk: int) -> MatchingRound:
    row = MatchingRound.objects.select_for_update(of=("self",)).get(pk=pk)
    _require_prepared(row)
    return row


@transaction.atomic
def _close(pk: int, state: State, *, by: User) -> MatchingRound:
    row = _lock_prepared_and_read(pk)
    row.state, row.closed_at, row.closed_by = state, timezone.now(), by
    row.save(update_fields=["state", "closed_at", "closed_by"])
    return row


def _now() -> datetime:
    """By PostgreSQL: the clocks of processes may differ, and only one of them counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now: datetime = cursor.fetchone()[0]
    return now


def _require_proof(row: MatchingRound) -> None:
    """Answer the stored question again: the same pairs, within all limits, and proved to be the best."""
    stored = RoundPair.objects.filter(round=row).values_list("suggestion__partner", "suggestion__city")
    try:
        question = Question.from_json(row.question or {})
        assignment = assign(question.market)
        certify(question.market, assignment)
    except ValueError as error:  # of another version, no question at all, or not certified
        raise RoundError(_not_to_be_proved()) from error
    chosen = [(pair.partner, pair.city) for pair in question.chosen(assignment)]
    if sorted(stored) != chosen or question.digest() != row.question_hash:
        raise RoundError(_not_to_be_proved())


def _not_to_be_proved() -> str:
    return _("Die Auswahl lässt sich nicht nachrechnen und geht nicht hinaus. Bitte beginnen Sie eine neue Runde.")


def _require_prepared(row: MatchingRound) -> None:
    if row.state in MatchingRound.UNFINISHED:
        raise RoundError(_("Diese Runde wird noch berechnet."))
    if row.state != State.PREPARED:
        raise RoundError(_("Über diese Runde wurde schon entschieden."))


def _require_office(user: User) -> None:
    if not user.is_staff:
        raise RoundError(_("Das kann nur die Geschäftsstelle."))
