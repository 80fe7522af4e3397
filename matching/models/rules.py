"""What the office sets: how much each part of the score counts, and how introductions are handled."""

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.register import acted, register


@pghistory.track()
class ScoreWeights(models.Model):
    """How many points each part of the score gives at most; a change is a new row, its id is the version."""

    place = models.PositiveSmallIntegerField(_("Ort"), default=35)
    topics = models.PositiveSmallIntegerField(_("Themen"), default=30)
    gap = models.PositiveSmallIntegerField(_("Ergänzung"), default=15)
    fairness = models.PositiveSmallIntegerField(_("Ausgleich"), default=10)
    answers = models.PositiveSmallIntegerField(_("Antworten"), default=10)
    created_at = models.DateTimeField(_("gilt seit"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)

    personal_data = register(
        acted("created_by", "created_at"), impersonal=("id", "place", "topics", "gap", "fairness", "answers")
    )

    class Meta:
        verbose_name = _("Gewichtung")
        verbose_name_plural = _("Gewichtungen")
        get_latest_by = "pk"
        constraints = [
            models.CheckConstraint(
                condition=Q(place=100 - F("topics") - F("gap") - F("fairness") - F("answers")),
                name="weights_add_up_to_100",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.place}/{self.topics}/{self.gap}/{self.fairness}/{self.answers}"


@pghistory.track()
class IntroductionRules(models.Model):
    """How introductions are handled; one row, kept by the office."""

    class AskFirst(models.TextChoices):
        BOTH = "both", _("beide zugleich")
        PARTNER = "partner", _("zuerst den Partner")
        CITY = "city", _("zuerst die Stadt")

    ask_first = models.CharField(_("Wer wird zuerst gefragt?"), max_length=10, choices=AskFirst, default=AskFirst.BOTH)
    answer_days = models.PositiveSmallIntegerField(
        _("Tage bis zum Ablauf"), default=21, validators=[MinValueValidator(3), MaxValueValidator(90)]
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("Tage bis zur Erinnerung"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Sie entfällt, wenn danach weniger als drei Tage für die Antwort bleiben."),
    )
    note_days = models.PositiveSmallIntegerField(
        _("Tage bis zum Zwischenstand"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text=_("Wer zugesagt hat, erfährt, dass wir noch auf die andere Seite warten."),
    )
    whether_met_days = models.PositiveSmallIntegerField(
        _("Tage vom Kontakt bis zur Frage nach dem Gespräch"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    outcome_days = models.PositiveSmallIntegerField(
        _("Tage vom Kontakt bis zur Frage nach dem Ergebnis"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    silence_days = models.PositiveSmallIntegerField(
        _("Tage von der Frage nach dem Ergebnis bis zum Abschluss"),
        default=28,
        validators=[MinValueValidator(7), MaxValueValidator(365)],
        help_text=_("Antwortet niemand, endet die Vermittlung ohne Rückmeldung."),
    )
    mails_per_week = models.PositiveSmallIntegerField(
        _("Vorschlagsmails je Person in sieben Tagen"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("Eine Mail mit mehreren Fragen zählt einmal; Erinnerungen und Mitteilungen zählen nicht."),
    )
    batch_size = models.PositiveSmallIntegerField(
        _("Fragen an eine Stadt in einer Mail"), default=3, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    batch_working_days = models.PositiveSmallIntegerField(
        _("Arbeitstage bis zur nächsten Mail an eine Stadt"), default=5, validators=[MaxValueValidator(60)]
    )
    most_open_yes = models.PositiveSmallIntegerField(
        _("Offene Zusagen, bei denen eine Stadt nicht weiter gefragt wird"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    longest_wait_weeks = models.PositiveSmallIntegerField(
        _("Wochen, die eine Frage höchstens wartet"),
        default=8,
        validators=[MinValueValidator(1), MaxValueValidator(52)],
        help_text=_("Lassen Ferien, Pause und die Regeln oben sie so lange nicht zu, endet die Vermittlung."),
    )
    # Bounded, because a date so many months ago has to exist.
    months_after_refusal = models.PositiveSmallIntegerField(
        _("Monate Ruhe nach einer Absage"), default=12, validators=[MaxValueValidator(120)]
    )
    most_per_round = models.PositiveSmallIntegerField(
        _("Vermittlungen je Stadt und Runde"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    partners_first = models.BooleanField(
        _("Auch jeden Partner zuerst einmal vermitteln"),
        default=False,
        help_text=_("Sonst gilt das nur für Städte. Es kostet Punkte: Paare, die besser passen, müssen warten."),
    )

    personal_data = register(
        impersonal=(
            *("id", "ask_first", "answer_days", "reminder_days", "note_days", "whether_met_days", "outcome_days"),
            *("silence_days", "months_after_refusal", "most_per_round", "partners_first", "mails_per_week"),
            *("batch_size", "batch_working_days", "most_open_yes", "longest_wait_weeks"),
        )
    )

    class Meta:
        verbose_name = _("Regeln für Vermittlungen")
        verbose_name_plural = _("Regeln für Vermittlungen")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_rules"),
            models.CheckConstraint(condition=Q(answer_days__range=(3, 90)), name="answer_days_from_3_to_90"),
            models.CheckConstraint(
                condition=Q(
                    reminder_days__range=(1, 90),
                    note_days__range=(1, 90),
                    whether_met_days__range=(1, 365),
                    outcome_days__range=(1, 365),
                    silence_days__range=(7, 365),
                ),
                name="days_of_later_steps_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(
                    mails_per_week__range=(1, 20),
                    batch_size__range=(1, 10),
                    batch_working_days__lte=60,
                    most_open_yes__range=(1, 20),
                    longest_wait_weeks__range=(1, 52),
                ),
                name="budget_of_questions_in_bounds",
            ),
            models.CheckConstraint(condition=Q(months_after_refusal__lte=120), name="at_most_120_months_of_quiet"),
            models.CheckConstraint(condition=Q(most_per_round__range=(1, 20)), name="from_1_to_20_per_round"),
        ]

    def __str__(self) -> str:
        return str(_("Regeln für Vermittlungen"))


class DueJob(models.Model):
    """Something the portal does again and again by the wall clock; the row says when it is due next."""

    name = models.SlugField(_("Aufgabe"), primary_key=True, max_length=40)
    due_at = models.DateTimeField(_("fällig am"))
    done_at = models.DateTimeField(_("zuletzt erledigt am"), null=True)

    personal_data = register(impersonal=("name", "due_at", "done_at"))

    class Meta:
        verbose_name = _("wiederkehrende Aufgabe")
        verbose_name_plural = _("wiederkehrende Aufgaben")

    def __str__(self) -> str:
        return self.name
