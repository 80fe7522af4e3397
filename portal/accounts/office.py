"""What a person in the office has to do by hand, kept until somebody says it is done."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import OfficeTask, Organisation, User
from portal.accounts.refusals import Refusal


class OfficeError(Refusal):
    """A task cannot be changed as asked; the message is for the person."""


def open_task(
    key: str, kind: OfficeTask.Kind, *, organisation: Organisation | None, text: str, due_in_days: int = 3
) -> OfficeTask:
    """The task for this reason; the key names the reason, so asking again returns the task that is there."""
    due_on = timezone.localdate() + timedelta(days=due_in_days)
    defaults = {"kind": kind, "organisation": organisation, "text": text, "due_on": due_on}
    task, _created = OfficeTask.objects.get_or_create(key=key, defaults=defaults)
    return task


def finish(task: OfficeTask, *, by: User) -> OfficeTask:
    """Done; the first person who says so is kept."""
    if not by.is_staff:
        raise OfficeError(_("Nur die Geschäftsstelle kann Aufgaben abschließen."))
    OfficeTask.objects.filter(pk=task.pk, done_at=None).update(done_at=timezone.now(), done_by=by)
    task.refresh_from_db()
    return task
