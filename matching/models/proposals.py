"""What companies propose to towns."""

from typing import Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City, Project, ResourceKind
from partners.models import Company
from portal.accounts.models import Organisation, User
from portal.accounts.register import Expiry, acted, after, register


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        """Those that wait for an answer of one of the two."""
        return self.filter(state__in=Proposal.OPEN)

    def obsolete(self) -> Self:
        """Those that nobody can wait for any more: the project is not published, or one of the two has left."""
        gone = ~Q(company__organisation__in=Organisation.objects.approved()) | ~Q(city__in=City.objects.taking_part())
        over = Q(project=None) | ~Q(project__state=Project.State.PUBLISHED)
        return self.filter(gone | Q(kind=Proposal.Kind.OFFER) & over)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Proposals of the person's companies and to the person's towns; all of them for the office."""
        if user.is_anonymous:
            return self.none()
        if user.is_staff:
            return self.all()
        own = Organisation.objects.of(user)
        return self.filter(Q(company__organisation__in=own) | Q(city__organisation__in=own))

    def waiting_for(self, user: User) -> Self:
        """Those the person's own organisations have to answer: new ones the town, changed ones the company."""
        own = Organisation.objects.of(user)
        for_city = Q(city__organisation__in=own, state=Proposal.State.ASKED)
        return self.filter(for_city | Q(company__organisation__in=own, state=Proposal.State.CHANGED))


@pghistory.track()
class Proposal(models.Model):
    """A company offers help with a town's project, or brings an idea of its own; the town answers."""

    class Kind(models.TextChoices):
        OFFER = "offer", _("Angebot zu einem Projekt")
        IDEA = "idea", _("eigene Projektidee")

    class State(models.TextChoices):
        ASKED = "asked", _("wartet auf die Stadt")
        CHANGED = "changed", _("wartet auf das Unternehmen")
        ACCEPTED = "accepted", _("angenommen")
        DECLINED = "declined", _("abgesagt")
        WITHDRAWN = "withdrawn", _("zurückgezogen")
        EXPIRED = "expired", _("abgelaufen")

    OPEN = (State.ASKED, State.CHANGED)

    kind = models.CharField(_("Art"), max_length=10, choices=Kind)
    company = models.ForeignKey(Company, models.PROTECT, related_name="proposals", verbose_name=_("Unternehmen"))
    city = models.ForeignKey(City, models.PROTECT, related_name="proposals", verbose_name=_("Stadt"))
    # What an offer is about, and what an accepted idea has become.
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="proposals", verbose_name=_("Projekt")
    )
    title = models.CharField(_("Titel"), max_length=120)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=ResourceKind), default=list, blank=True, verbose_name=_("Angebot")
    )
    message = models.TextField(_("Nachricht"), max_length=3000)
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.ASKED)
    created_at = models.DateTimeField(_("gesendet am"), default=timezone.now)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("gesendet von"))
    expires_at = models.DateTimeField(_("wartet bis"))
    # An idea the town has not been written to about yet: see matching.budget.
    not_before = models.DateTimeField(_("Mail an die Stadt frühestens am"), null=True)
    changes = models.TextField(_("Änderungswunsch der Stadt"), max_length=3000, blank=True)
    changed_at = models.DateTimeField(_("Änderung gewünscht am"), null=True)
    answer = models.TextField(_("Antwort der Stadt"), max_length=2000, blank=True)  # the reason of a no, kind words
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")  # who spoke for the town
    closed_at = models.DateTimeField(_("beendet am"), null=True)
    withdrawal_reason = models.TextField(_("Grund des Rückzugs"), max_length=2000, blank=True)

    objects = ProposalQuerySet.as_manager()

    personal_data = register(
        acted("created_by", "created_at", "title", "message", cleared=("message",)),
        acted("answered_by", "changes", "answer", "changed_at", "closed_at", cleared=("changes", "answer")),
        mentions=("title", "message", "changes", "answer", "withdrawal_reason"),
        impersonal=("id", "kind", "company", "city", "project", "kinds", "state", "expires_at", "not_before"),
        expiries=(
            Expiry(
                title=_("Nicht angenommene Angebote und Ideen nach einem Jahr"),
                due=lambda now: after(365, "closed_at")(now) & ~Q(state="accepted"),
            ),
        ),
    )

    class Meta:
        verbose_name = _("Angebot oder Idee eines Unternehmens")
        verbose_name_plural = _("Angebote und Ideen von Unternehmen")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "project"],
                condition=Q(kind="offer", state__in=["asked", "changed"]),
                name="one_open_offer_per_company_and_project",
            ),
            models.UniqueConstraint(
                fields=["company", "city"],
                condition=Q(kind="idea", state__in=["asked", "changed"]),
                name="one_open_idea_per_company_and_city",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "changed"], closed_at__isnull=True)
                | ~Q(state__in=["asked", "changed"]) & Q(closed_at__isnull=False),
                name="closed_proposal_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="changed") | Q(changed_at__isnull=False, kind="idea"),
                name="only_an_idea_is_changed",
            ),
            models.CheckConstraint(
                condition=Q(withdrawal_reason="") | Q(state="withdrawn"),
                name="proposal_withdrawal_reason_only_if_withdrawn",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state__in=["asked", "changed"]), name="proposals_to_expire")
        ]

    def __str__(self) -> str:
        return f"{self.company} – {self.city}: {self.title}"

    @property
    def kind_labels(self) -> list[str]:
        """What the company offers, in words and in the order of the kinds."""
        return [str(kind.label) for kind in ResourceKind if kind in self.kinds]

    @property
    def is_idea(self) -> bool:
        return self.kind == self.Kind.IDEA
