"""The outbox's only table."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.accounts.register import About, Erase, Expiry, register


def is_text_over(now: datetime) -> Q:
    """Mails nothing will happen to any more, whose text has been kept long enough."""
    return ~Q(status="queued") & Q(created_at__lt=now - timedelta(days=30))


class OutgoingMail(models.Model):
    """A mail the portal owes somebody, rendered once and written in the transaction of its reason."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("wartet")
        SENT = "sent", _("gesendet")
        FAILED = "failed", _("nicht zustellbar")
        EXPIRED = "expired", _("verfallen")
        SUPPRESSED = "suppressed", _("nicht gesendet: keine Einwilligung")

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Konto")  # codes and confirmations: never shown to the office
        SUGGESTION = "suggestion", _("Vorschlag")  # needs consent, counts towards the budget
        NOTICE = "notice", _("Mitteilung")  # answers, decisions, contacts: what the person waits for

    class Priority(models.IntegerChoices):
        URGENT = 0, _("sofort")
        NORMAL = 5, _("normal")

    key = models.CharField(_("Anlass"), max_length=200, unique=True)  # names the reason, so nothing is queued twice
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("Art"), max_length=10, choices=Kind)
    priority = models.PositiveSmallIntegerField(_("Dringlichkeit"), choices=Priority, default=Priority.NORMAL)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    to = models.EmailField(_("An"))
    purpose = models.CharField(_("Einwilligung"), max_length=20, blank=True)  # the consent it rests on, if any
    subject = models.CharField(_("Betreff"), max_length=300)
    body = models.TextField(_("Text"), blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    status = models.CharField(_("Stand"), max_length=10, choices=Status, default=Status.QUEUED)
    # The database's clock, because it also decides what is due: the clocks of several machines may differ.
    created_at = models.DateTimeField(_("angelegt am"), db_default=Now())
    due_at = models.DateTimeField(_("fällig am"), db_default=Now())  # a claim and a retry postpone it
    first_due_at = models.DateTimeField(db_default=Now())  # from here on it is tried for three days
    expires_at = models.DateTimeField(_("verfällt am"), null=True)
    attempts = models.PositiveSmallIntegerField(_("Versuche"), default=0)
    sent_at = models.DateTimeField(_("gesendet am"), null=True)
    error = models.TextField(_("Fehler"), blank=True)

    personal_data = register(
        About(
            person="user",
            purpose=_("Mails zustellen und nachweisen"),
            retention=_("Texte 30 Tage, Texte mit Codes bis zum Versand; der Nachweis ein Jahr"),
            erase=Erase.ROW,
            exported=("to", "subject", "body", "kind", "purpose", "created_at", "sent_at", "status"),
            withheld=("html", "headers", "error"),
        ),
        About(
            person="to",
            purpose=_("Mails zustellen und nachweisen"),
            retention=_("Texte 30 Tage, Texte mit Codes bis zum Versand; der Nachweis ein Jahr"),
            erase=Erase.ROW,
            exported=("subject", "body", "kind", "purpose", "created_at", "sent_at", "status"),
        ),
        mentions=("subject", "body", "html"),  # the joint mail tells the other side whom to call
        impersonal=(*("id", "key", "message_id", "priority", "due_at", "first_due_at", "expires_at", "attempts"),),
        expiries=(
            Expiry(
                title=_("Texte beendeter Mails nach 30 Tagen"), due=is_text_over, emptied=("body", "html", "headers")
            ),
            Expiry(
                title=_("Mails nach einem Jahr"),
                due=lambda now: ~Q(status="queued") & Q(created_at__lt=now - timedelta(days=365)),
            ),
        ),
    )

    class Meta:
        verbose_name = _("E-Mail")
        verbose_name_plural = _("Postausgang")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="suggestion") | ~Q(purpose=""), name="suggestion_mail_rests_on_a_consent"
            ),
            models.CheckConstraint(condition=~Q(status="sent") | Q(sent_at__isnull=False), name="sent_mail_has_a_time"),
        ]
        indexes = [models.Index(fields=["priority", "due_at"], condition=Q(status="queued"), name="mail_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"
