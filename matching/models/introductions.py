"""Two organisations are asked whether they want to meet."""

from datetime import datetime

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Project
from matching.call_times import CallTime
from matching.models.suggestions import Suggestion
from matching.next_steps import Step
from partners.models import Partner
from portal.accounts.models import Organisation, User
from portal.accounts.register import acted, register

CALL_TIME = ("call_days", "call_from", "call_until")


class Side(models.TextChoices):
    PARTNER = "partner", _("Partner")
    CITY = "city", _("Stadt")

    @property
    def other(self) -> "Side":
        return Side.CITY if self is Side.PARTNER else Side.PARTNER


class IntroductionQuerySet(models.QuerySet["Introduction"]):
    def visible_to(self, user: User | AnonymousUser) -> "IntroductionQuerySet":
        """Introductions the person's organisations were asked about or have asked for; all of them for the office.

        A side whose turn has not come (the other one is asked first) does not learn that it was thought of.
        """
        if user.is_anonymous:
            return self.none()
        if user.is_staff:
            return self.all()
        own = Organisation.objects.of(user)
        asked = Invitation.objects.filter(introduction=models.OuterRef("pk"), asked_at__isnull=False)
        partner_knows = Q(models.Exists(asked.filter(side=Side.PARTNER))) | Q(city_agreed_at__isnull=False)
        city_knows = Q(models.Exists(asked.filter(side=Side.CITY))) | Q(partner_agreed_at__isnull=False)
        return self.filter(
            (Q(partner__organisation__in=own) & partner_knows) | (Q(city__organisation__in=own) & city_knows)
        )

    def open(self) -> "IntroductionQuerySet":
        """Something is still to happen, and by itself if nobody acts."""
        return self.filter(state__in=Introduction.OPEN)

    def without_a_step(self, *, due_before: datetime) -> "IntroductionQuerySet":
        """Open ones that would wait for ever: without a next step, or with one that nobody took when it was due."""
        no_step = Q(next_step="") | Q(next_step_at=None)
        return self.open().filter(no_step | Q(next_step_at__lt=due_before)).order_by("next_step_at", "pk")


@pghistory.track()
class Introduction(models.Model):
    """A partner and a town are asked whether they want to meet; contacts go out only after both said yes."""

    class State(models.TextChoices):
        ASKED = "asked", _("gefragt")
        CONNECTED = "connected", _("verbunden")
        DECLINED = "declined", _("abgesagt")
        EXPIRED = "expired", _("abgelaufen")
        WITHDRAWN = "withdrawn", _("zurückgezogen")
        MET = "met", _("getroffen")
        COOPERATING = "cooperating", _("arbeiten zusammen")
        NO_COOPERATION = "no_cooperation", _("keine Zusammenarbeit")
        SILENT = "silent", _("ohne Rückmeldung")

    STEPS = (
        (Step.INVITE.value, _("Anfrage")),
        (Step.REMIND.value, _("Erinnerung")),
        (Step.NOTE_WAITING.value, _("Zwischenstand")),
        (Step.EXPIRE.value, _("Ablauf")),
        (Step.ASK_WHETHER_MET.value, _("Frage nach dem Gespräch")),
        (Step.ASK_OUTCOME.value, _("Frage nach dem Ergebnis")),
        (Step.CLOSE_SILENT.value, _("Abschluss ohne Rückmeldung")),
    )

    AGREED = (State.CONNECTED, State.MET, State.COOPERATING, State.NO_COOPERATION, State.SILENT)
    OPEN = (State.ASKED, State.CONNECTED, State.MET)  # cooperating is a good end, though the pair belongs together
    ONGOING = (State.ASKED, State.CONNECTED, State.MET, State.COOPERATING)
    WITHOUT_CONTACT = (State.DECLINED, State.EXPIRED, State.WITHDRAWN)

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="introductions", verbose_name=_("Partner"))
    city = models.ForeignKey(City, models.PROTECT, related_name="introductions", verbose_name=_("Stadt"))
    suggestion = models.OneToOneField(
        Suggestion, models.SET_NULL, null=True, blank=True, related_name="introduction", verbose_name=_("Vorschlag")
    )
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="introductions", verbose_name=_("Projekt")
    )  # a reason to meet, never part of the pair
    linked_to = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("zu dritt mit")
    )  # the town's other introduction of the same release, which names this one, too
    initiated_by = models.CharField(_("angefragt von"), max_length=10, choices=Side, blank=True)  # blank: the office
    reasons = models.JSONField(_("Begründung"), default=list)  # facts: see matching.reasons
    message = models.TextField(_("Nachricht"), max_length=1000, blank=True)
    state = models.CharField(_("Stand"), max_length=20, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("gefragt am"), default=timezone.now)
    expires_at = models.DateTimeField(_("wartet bis"))
    partner_agreed_at = models.DateTimeField(_("Zusage des Partners am"), null=True)
    city_agreed_at = models.DateTimeField(_("Zusage der Stadt am"), null=True)
    connected_at = models.DateTimeField(_("verbunden am"), null=True)
    met_at = models.DateTimeField(_("getroffen am"), null=True)
    outcome_at = models.DateTimeField(_("Ergebnis am"), null=True)
    closed_at = models.DateTimeField(_("beendet am"), null=True)
    # What the portal does next by itself, and when; what nobody has planned yet is looked at at once.
    next_step = models.CharField(
        _("nächster Schritt"), max_length=20, choices=STEPS, default=Step.EXPIRE.value, blank=True
    )
    next_step_at = models.DateTimeField(_("nächster Schritt am"), null=True, default=timezone.now)
    asked_whether_met_at = models.DateTimeField(_("nach dem Gespräch gefragt am"), null=True)
    asked_outcome_at = models.DateTimeField(_("nach dem Ergebnis gefragt am"), null=True)
    withdrawal_reason = models.TextField(_("Grund des Rückzugs"), max_length=2000, blank=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("ausgelöst von"))

    objects = IntroductionQuerySet.as_manager()

    personal_data = register(
        acted("created_by", "asked_at", "message", cleared=("message",)),
        mentions=("message", "withdrawal_reason"),
        impersonal=(
            *("id", "partner", "city", "suggestion", "project", "linked_to", "initiated_by", "reasons", "state"),
            *("asked_at", "expires_at", "partner_agreed_at", "city_agreed_at", "connected_at", "met_at", "outcome_at"),
            *("closed_at", "next_step", "next_step_at", "asked_whether_met_at", "asked_outcome_at"),
        ),
    )

    class Meta:
        verbose_name = _("Vermittlung")
        verbose_name_plural = _("Vermittlungen")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "city"],
                condition=Q(state__in=["asked", "connected", "met", "cooperating"]),
                name="one_ongoing_introduction_per_pair",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(state__in=["connected", "met", "cooperating", "no_cooperation", "silent"])
                    | Q(partner_agreed_at__isnull=False, city_agreed_at__isnull=False, connected_at__isnull=False)
                ),
                name="connected_means_both_agreed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawal_reason="") | Q(state="withdrawn"), name="withdrawal_reason_only_if_withdrawn"
            ),
            models.CheckConstraint(
                condition=Q(linked_to__isnull=True) | ~Q(linked_to=models.F("id")),
                name="linked_to_another_introduction",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked") | Q(partner_agreed_at__isnull=True) | Q(city_agreed_at__isnull=True),
                name="asked_means_not_both_agreed",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(state__in=["declined", "expired", "withdrawn", "no_cooperation", "silent"])
                    | Q(closed_at__isnull=False)
                ),
                name="ended_introduction_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["cooperating", "no_cooperation"]) | Q(outcome_at__isnull=False),
                name="outcome_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["met", "cooperating"]) | Q(met_at__isnull=False), name="meeting_has_a_time"
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=["asked", "connected", "met"], next_step_at__isnull=False) & ~Q(next_step="")
                    | ~Q(state__in=["asked", "connected", "met"]) & Q(next_step="", next_step_at__isnull=True)
                ),
                name="open_introduction_has_a_next_step",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at"], condition=Q(next_step_at__isnull=False), name="introductions_to_carry_on"
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} – {self.city}"

    def organisation(self, side: Side) -> Organisation:
        return self.partner.organisation if side == Side.PARTNER else self.city.organisation

    @property
    def third(self) -> Partner | None:
        """Who makes it three, as long as neither introduction has ended without contact."""
        linked = self.linked_to
        if linked is None or {self.state, linked.state} & {*self.WITHOUT_CONTACT}:
            return None
        return linked.partner

    def agreed_at(self, side: Side) -> datetime | None:
        return self.partner_agreed_at if side == Side.PARTNER else self.city_agreed_at


@pghistory.track()
class Invitation(models.Model):
    """One side of an introduction is asked: who, when, and what the answer was."""

    class Answer(models.TextChoices):
        YES = "yes", _("Ja, gern")
        NO = "no", _("Jetzt nicht")

    class Reason(models.TextChoices):
        NOT_NOW = "not_now", _("Gerade keine Zeit")
        REGION = "region", _("Falsche Region")
        TOPIC = "topic", _("Falsches Thema")
        KNOWN = "known", _("Wir kennen uns schon")
        OTHER = "other", _("Etwas anderes")

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="invitations")
    side = models.CharField(_("Seite"), max_length=10, choices=Side)
    recipient = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="invitations", verbose_name=_("gefragt")
    )
    asked_at = models.DateTimeField(_("gefragt am"), null=True)  # null: not yet asked, or cannot be written to
    deferred_at = models.DateTimeField(_("zurückgestellt am"), null=True)  # its turn came, and it waits
    not_before = models.DateTimeField(_("frühestens gefragt am"), null=True)  # what waits: see matching.budget
    # Both are set as well where nobody may be written to any more: then the step is settled all the same.
    reminded_at = models.DateTimeField(_("Erinnerung erledigt am"), null=True)
    noted_at = models.DateTimeField(_("Zwischenstand erledigt am"), null=True)
    answer = models.CharField(_("Antwort"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("geantwortet am"), null=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(_("Grund"), max_length=10, choices=Reason, blank=True)
    comment = models.TextField(_("Anmerkung"), max_length=1000, blank=True)
    forwarded_at = models.DateTimeField(_("weitergereicht am"), null=True)
    not_yet_at = models.DateTimeField(_("„noch nicht gesprochen“ am"), null=True)
    # With a yes, when the side likes to be called: see matching.call_times. Told when the contacts go out.
    call_days = models.CharField(_("anrufen an"), max_length=5, blank=True)
    call_from = models.TimeField(_("anrufen ab"), null=True)
    call_until = models.TimeField(_("anrufen bis"), null=True)

    personal_data = register(
        acted(
            *("recipient", "introduction", "asked_at", "reminded_at", "noted_at", "forwarded_at", "not_yet_at"),
            *CALL_TIME,
            cleared=CALL_TIME,
        ),
        acted(
            *("answered_by", "introduction", "answer", "answered_at", "reason", "comment", *CALL_TIME),
            cleared=("comment", *CALL_TIME),
        ),
        mentions=("comment",),
        impersonal=("id", "side", "deferred_at", "not_before"),
    )

    class Meta:
        verbose_name = _("Anfrage")
        verbose_name_plural = _("Anfragen")
        constraints = [
            models.UniqueConstraint(fields=["introduction", "side"], name="one_invitation_per_side"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answer_has_a_time",
            ),
            models.CheckConstraint(condition=Q(reason="") | Q(answer="no"), name="reason_only_for_a_no"),
            models.CheckConstraint(
                condition=Q(call_days="", call_from__isnull=True, call_until__isnull=True)
                | ~Q(call_days="")
                & Q(answer="yes", call_days__regex=r"^1?2?3?4?5?$", call_until__isnull=False)
                & Q(call_from__isnull=False, call_from__lt=models.F("call_until")),
                name="call_time_is_whole_and_with_a_yes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction} · {self.get_side_display()}"

    @property
    def call_time(self) -> CallTime | None:
        """When the side likes to be called; None where it said nothing about it."""
        if not (self.call_days and self.call_from and self.call_until):
            return None
        return CallTime(self.call_days, self.call_from, self.call_until)

    @call_time.setter
    def call_time(self, call: CallTime | None) -> None:
        parts = (call.days, call.start, call.end) if call else ("", None, None)
        self.call_days, self.call_from, self.call_until = parts


class InvitationToken(models.Model):
    """A link to one invitation that works without login until the case ends; only its hash is kept."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    personal_data = register(impersonal=("id", "invitation", "token_hash", "created_at"))

    def __str__(self) -> str:
        return str(self.invitation)
