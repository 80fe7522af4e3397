"""The door for the mail provider's reports; django-anymail proves them and reads them.

Closed unless MAIL_PROVIDER is set: then it is as if there were no such page.
"""

from collections.abc import Iterator
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.mailjet import MailjetTrackingWebhookView
from anymail.webhooks.postal import PostalTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.timezone import is_naive, make_aware
from django.views.decorators.csrf import csrf_exempt

from portal.mail.reports import Meaning, Report, hear
from portal.mail_provider import MailProvider

_VIEWS: dict[str, type[AnymailBaseWebhookView]] = {
    "brevo": BrevoTrackingWebhookView,
    "mailgun": MailgunTrackingWebhookView,
    "mailjet": MailjetTrackingWebhookView,
    "postal": PostalTrackingWebhookView,
    "postmark": PostmarkTrackingWebhookView,
}
_FOR_GOOD = {RejectReason.BOUNCED, RejectReason.INVALID}
_MEANINGS = {EventType.COMPLAINED: Meaning.COMPLAINED, EventType.UNSUBSCRIBED: Meaning.UNSUBSCRIBED}


@csrf_exempt
@login_not_required
def receive(request: HttpRequest) -> HttpResponse:
    """Hear every report of the request; one that comes again, because the answer was lost, has no second effect."""
    provider: MailProvider | None = settings.MAIL_PROVIDER
    if provider is None:
        raise Http404
    if request.method == "HEAD":  # some providers try the address before they use it
        return HttpResponse()
    if request.method != "POST":
        return HttpResponseNotAllowed(["HEAD", "POST"])
    for report in _reports(request, provider):
        hear(report)
    return HttpResponse()


def _reports(request: HttpRequest, provider: MailProvider) -> list[Report]:
    """What was sent, once its signature or password is proved."""
    view = _VIEWS[provider.name](**{provider.secret_name: provider.secret})
    try:
        view.run_validators(request)
        return list(_read(view.parse_events(request), provider))
    except SuspiciousOperation:
        raise
    except Exception as error:  # whatever is missing or odd in a foreign body is not our fault
        raise BadRequest("unreadable report") from error


def _read(events: list[AnymailTrackingEvent], provider: MailProvider) -> Iterator[Report]:
    for event in events:
        happened_at = event.timestamp
        yield Report(
            meaning=_meaning(event),
            address=str(event.recipient or ""),
            provider=provider.name,
            identity=_identity(event),
            happened_at=make_aware(happened_at) if happened_at and is_naive(happened_at) else happened_at,
            detail=str(event.mta_response or event.description or ""),
        )


def _meaning(event: AnymailTrackingEvent) -> Meaning:
    if event.event_type in {EventType.BOUNCED, EventType.REJECTED}:
        is_over = event.reject_reason in _FOR_GOOD and not _may_pass(event.esp_event)
        return Meaning.BOUNCED if is_over else Meaning.NOTHING
    return _MEANINGS.get(event.event_type, Meaning.NOTHING)


def _may_pass(raw: Any) -> bool:
    """Some providers call a full mailbox a bounce, too: Brevo soft_bounce, Postmark SoftBounce, Mailjet hard_bounce."""
    soft = {raw.get("event"), raw.get("Type")} & {"soft_bounce", "SoftBounce"}
    return bool(soft) or raw.get("hard_bounce") is False


def _identity(event: AnymailTrackingEvent) -> str:
    """The provider's own name of the event, which a signature may cover alone (Mailgun); else all that tells events
    apart.
    """
    if event.event_id:
        return str(event.event_id)
    return repr((event.event_type, event.message_id, event.recipient, event.timestamp))
