"""Pairs that fit, for the office to decide about."""

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from matching.models.rules import ScoreWeights
from partners.models import Partner
from portal.accounts.models import Organisation, User
from portal.accounts.register import acted, register


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def open(self) -> "SuggestionQuerySet":
        return self.filter(state=Suggestion.State.OPEN)

    def visible_to(self, user: User | AnonymousUser) -> "SuggestionQuerySet":
        """Suggestions for the organisations the person belongs to; all of them for the office.

        A partner that waits for approval sees its own, the towns learn of it when it is approved.
        """
        if user.is_anonymous:
            return self.none()
        if user.is_staff:
            return self.all()
        own = Organisation.objects.of(user)
        for_city = Q(city__organisation__in=own, partner__in=Partner.objects.public())
        return self.filter(Q(partner__organisation__in=own) | for_city)


@pghistory.track(  # one call of the trigger for a statement, since one statement may write thousands of rows
    pghistory.InsertEvent(level=pghistory.Statement),
    pghistory.UpdateEvent(level=pghistory.Statement),
    pghistory.DeleteEvent(level=pghistory.Statement),
)
class Suggestion(models.Model):
    """A partner and a town that fit, with points and reasons; the office decides whether they are introduced."""

    class State(models.TextChoices):
        OPEN = "open", _("offen")
        RELEASED = "released", _("freigegeben")
        REJECTED = "rejected", _("verworfen")
        WITHDRAWN = "withdrawn", _("zurückgezogen")

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="suggestions", verbose_name=_("Partner"))
    city = models.ForeignKey(City, models.CASCADE, related_name="suggestions", verbose_name=_("Stadt"))
    state = models.CharField(_("Stand"), max_length=10, choices=State, default=State.OPEN)
    # Points are integers of 1/100 point; `points` is their sum.
    points = models.PositiveIntegerField(_("Punkte (1/100)"))
    points_place = models.PositiveIntegerField(_("Ort"))
    points_topics = models.PositiveIntegerField(_("Themen"))
    points_gap = models.PositiveIntegerField(_("Ergänzung"))
    points_fairness = models.PositiveIntegerField(_("Ausgleich"))
    points_answers = models.PositiveIntegerField(_("Antworten"))
    distance_km = models.FloatField(_("Entfernung in km"))
    reasons = models.JSONField(_("Begründung"), default=list)  # facts: see matching.reasons
    weights = models.ForeignKey(ScoreWeights, models.PROTECT, related_name="+", verbose_name=_("Gewichtung"))
    computed_at = models.DateTimeField(_("berechnet am"), default=timezone.now)
    decided_at = models.DateTimeField(_("entschieden am"), null=True)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("entschieden von")
    )
    decision_reason = models.TextField(_("Grund der Entscheidung"), max_length=2000, blank=True)

    objects = SuggestionQuerySet.as_manager()

    personal_data = register(
        acted("decided_by", "decided_at", "decision_reason"),
        mentions=("decision_reason",),
        impersonal=(
            *("id", "partner", "city", "state", "points", "points_place", "points_topics", "points_gap"),
            *("points_fairness", "points_answers", "distance_km", "reasons", "weights", "computed_at"),
        ),
    )

    class Meta:
        verbose_name = _("Vorschlag")
        verbose_name_plural = _("Vorschläge")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "city"], condition=Q(state="open"), name="one_open_suggestion_per_pair"
            ),
            models.CheckConstraint(
                condition=Q(
                    points=F("points_place")
                    + F("points_topics")
                    + F("points_gap")
                    + F("points_fairness")
                    + F("points_answers")
                ),
                name="points_are_the_sum_of_the_parts",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="decided_suggestion_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["-points"], condition=Q(state="open"), name="open_suggestions_by_points")]

    def __str__(self) -> str:
        return f"{self.partner} – {self.city}"
