"""Whether the portal lives and is ready, for those who run it."""

from threading import Event

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.mail.models import OutgoingMail

_migrations_seen = Event()  # once applied, they stay so while this process lives


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served; `oldest_due_mail_seconds` above 600 deserves an alarm, but stops no page."""
    try:
        migrated = _are_migrations_applied()
        report = {"database": True, "migrations": migrated, "oldest_due_mail_seconds": _oldest_due_mail_seconds()}
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    return JsonResponse(report, status=200 if migrated else 503)


def _are_migrations_applied() -> bool:
    if not _migrations_seen.is_set():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrations_seen.set()
    return True


def _oldest_due_mail_seconds() -> int:
    waiting = OutgoingMail.objects.filter(status=OutgoingMail.Status.QUEUED, due_at__lte=Now())
    oldest = waiting.aggregate(oldest=Min("due_at"))["oldest"]
    return int((timezone.now() - oldest).total_seconds()) if oldest else 0
