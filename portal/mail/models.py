"""The outbox, the addresses its mails do not reach, and what the mail provider reported."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.register import About, Erase, Expiry, acted, after, register


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
        BLOCKED = "blocked", _("nicht gesendet: Adresse nicht erreichbar")

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


def is_block_over(now: datetime) -> Q:
    """Lifted blocks after a year, and the others, when a new try does no harm; who complained is left alone longer."""
    year, years = now - timedelta(days=365), now - timedelta(days=3 * 365)
    bounced = ~Q(reason="complained") & Q(blocked_at__lt=year)
    return Q(lifted_at__lt=year) | Q(lifted_at=None) & (bounced | Q(blocked_at__lt=years))


class BlockedAddress(models.Model):
    """An address of somebody with an account that mails do not reach, or that complained; only codes still go there."""

    class Reason(models.TextChoices):
        REFUSED = "refused", _("beim Senden abgelehnt: Adresse unbekannt")
        BOUNCED = "bounced", _("kam als unzustellbar zurück")
        COMPLAINED = "complained", _("als unerwünscht gemeldet")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("Person"))
    address = models.EmailField(_("Adresse"))  # as `addresses.normalised` writes it
    reason = models.CharField(_("Grund"), max_length=10, choices=Reason)
    source = models.CharField(_("gemeldet von"), max_length=20)  # "smtp", or the provider
    detail = models.TextField(_("Worte des Mailservers"), blank=True)
    blocked_at = models.DateTimeField(_("seit"), default=timezone.now)
    lifted_at = models.DateTimeField(_("wieder erreichbar seit"), null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("gesagt von")
    )

    personal_data = register(
        About(
            person="user",
            purpose=_("Nicht an Adressen schreiben, die nicht erreichbar sind oder sich beschwert haben"),
            retention=_("ein Jahr, nach einer Beschwerde drei Jahre"),
            erase=Erase.ROW,
            exported=("address", "reason", "source", "detail", "blocked_at", "lifted_at"),
        ),
        acted("lifted_by", "lifted_at"),
        impersonal=("id",),
        expiries=(Expiry(title=_("Nicht erreichbare Adressen"), due=is_block_over),),
    )

    class Meta:
        verbose_name = _("nicht erreichbare Adresse")
        verbose_name_plural = _("Nicht erreichbare Adressen")
        constraints = [
            models.UniqueConstraint(fields=["address"], condition=Q(lifted_at=None), name="one_block_per_address"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.pk}"


class ProviderEvent(models.Model):
    """Something the mail provider reported that was heard: the same report again has no effect."""

    digest = models.CharField(max_length=64, unique=True)
    heard_at = models.DateTimeField(default=timezone.now)

    personal_data = register(
        impersonal=("id", "digest", "heard_at"),
        expiries=(Expiry(title=_("Meldungen des Mailanbieters nach einem Jahr"), due=after(365, "heard_at")),),
    )

    def __str__(self) -> str:
        return self.digest[:8]
