"""What should go out now, for everybody together, for the office to release."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matching.models.rules import ScoreWeights
from matching.models.suggestions import Suggestion
from portal.accounts.models import User
from portal.accounts.register import acted, register


class MatchingRoundQuerySet(models.QuerySet["MatchingRound"]):
    def unfinished(self) -> "MatchingRoundQuerySet":
        return self.filter(state__in=MatchingRound.UNFINISHED)


@pghistory.track(exclude=["question", "left_out", "waiting"])
class MatchingRound(models.Model):
    """A selection among the open suggestions, with the question it answers and the proof that there is no better one.

    Only releasing it, as a whole or pair by pair, creates introductions and mails.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("wartet")
        COMPUTING = "computing", _("wird berechnet")
        PREPARED = "prepared", _("liegt zur Freigabe vor")
        RELEASED = "released", _("freigegeben")
        DISCARDED = "discarded", _("verworfen")
        FAILED = "failed", _("abgebrochen")

    UNFINISHED = (State.WAITING, State.COMPUTING)
    COMPUTED = (State.PREPARED, State.RELEASED, State.DISCARDED)

    state = models.CharField(_("Stand"), max_length=12, choices=State, default=State.WAITING)
    started_at = models.DateTimeField(_("begonnen am"), default=timezone.now)
    started_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("begonnen von")
    )  # null: by the calendar
    claimed_until = models.DateTimeField(null=True)  # whoever computes it is taken for dead after that
    computed_at = models.DateTimeField(_("berechnet am"), null=True)
    duration_ms = models.PositiveIntegerField(_("Dauer in ms"), null=True)
    weights = models.ForeignKey(ScoreWeights, models.PROTECT, null=True, related_name="+", verbose_name=_("Gewichtung"))
    question = models.JSONField(null=True)  # see matching.round_question: with it the round can be computed again
    question_hash = models.CharField(_("Prüfsumme der Eingabe"), max_length=64, blank=True)
    left_out = models.JSONField(default=list)  # towns without an introduction: [id, why]
    waiting = models.JSONField(default=dict)  # by side, who was left out now and in how many rounds in a row: [id, n]
    # Points are integers of 1/100 point; `bound` is what no selection of the same coverage can exceed.
    coverage = models.PositiveIntegerField(_("Städte mit Vermittlung"), default=0)
    total = models.PositiveBigIntegerField(_("Punkte (1/100)"), default=0)
    bound = models.PositiveBigIntegerField(_("Obergrenze (1/100)"), default=0)
    closed_at = models.DateTimeField(_("entschieden am"), null=True)
    closed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("entschieden von")
    )  # null: a later round took its place, or it was given up

    objects = MatchingRoundQuerySet.as_manager()

    personal_data = register(
        acted("started_by", "started_at"),
        acted("closed_by", "closed_at"),
        impersonal=(
            *("id", "state", "claimed_until", "computed_at", "duration_ms", "weights", "question", "question_hash"),
            *("left_out", "waiting", "coverage", "total", "bound"),
        ),
    )

    class Meta:
        verbose_name = _("Runde")
        verbose_name_plural = _("Runden")
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(state__in=["waiting", "computing"]),
                name="one_round_at_a_time",
            ),
            models.UniqueConstraint(models.Value(1), condition=Q(state="prepared"), name="one_round_to_release"),
            models.CheckConstraint(condition=Q(total__lte=F("bound")), name="total_within_the_bound"),
            models.CheckConstraint(
                condition=~Q(state__in=["prepared", "released", "discarded"])
                | Q(computed_at__isnull=False, weights__isnull=False, question__isnull=False),
                name="computed_round_has_its_question",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["released", "discarded", "failed"], closed_at__isnull=False)
                | Q(state__in=["waiting", "computing", "prepared"], closed_at__isnull=True),
                name="closed_round_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Runde {number}")).format(number=self.pk)

    @property
    def asked(self) -> dict[str, int]:
        """How many partners, cities and pairs there were to choose from."""
        return {part: len((self.question or {}).get(part, ())) for part in ("partners", "cities", "pairs")}

    @property
    def gap(self) -> float:
        """How far from the best it may be, as a share of the bound; 0 where it is the best."""
        return (self.bound - self.total) / max(self.bound, 1)


class RoundPair(models.Model):
    """A suggestion that a round has chosen; whether it was released stands with the suggestion."""

    round = models.ForeignKey(MatchingRound, models.CASCADE, related_name="pairs", verbose_name=_("Runde"))
    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="rounds", verbose_name=_("Vorschlag"))

    personal_data = register(impersonal=("id", "round", "suggestion"))

    class Meta:
        verbose_name = _("ausgewähltes Paar")
        verbose_name_plural = _("ausgewählte Paare")
        constraints = [models.UniqueConstraint(fields=["round", "suggestion"], name="a_pair_once_in_a_round")]

    def __str__(self) -> str:
        return str(self.suggestion)
