"""What people send about suggestions and introductions: answers, wishes, decisions."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cities.models import City
from matching import call_times, call_words
from matching.call_times import CallTime
from matching.following_up import NOT_YET
from matching.models import Introduction, Invitation, ScoreWeights
from matching.models.introductions import CALL_TIME
from matching.repairs import REPAIRS
from partners.models import Partner

YES, NO = Invitation.Answer.YES.value, Invitation.Answer.NO.value
FORWARD = "forward"
CHOICES = ((YES, _("Ja, gern")), (NO, _("Jetzt nicht")), (FORWARD, _("Nicht zuständig – weiterleiten")))
CHOICE_IN_LINK = {"ja": YES, "nein": NO, "weiterleiten": FORWARD}  # ?antwort=… in the mail only preselects
REPORT_IN_LINK = {
    "gesprochen": Introduction.State.MET.value,
    "noch-nicht": NOT_YET,
    "zusammen": Introduction.State.COOPERATING.value,
    "nichts": Introduction.State.NO_COOPERATION.value,
}


def half_hours() -> list[tuple[str, str]]:
    return [("", "–"), *((f"{each:%H:%M}", call_words.clock(each)) for each in call_times.half_hours())]


class AnswerForm(forms.Form):
    """Three buttons; the reasons belong to a no, the remark is for the office alone."""

    answer = forms.ChoiceField(
        label=_("Antwort"), choices=CHOICES, error_messages={"required": _("Bitte wählen Sie eine Antwort.")}
    )
    reason = forms.ChoiceField(
        label=_("Wenn es nicht passt: woran liegt es?"),
        choices=Invitation.Reason.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    comment = forms.CharField(
        label=_("Anmerkung für die Geschäftsstelle"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )
    call_days = forms.MultipleChoiceField(
        label=_("An welchen Tagen?"),
        choices=tuple(zip(call_times.MONDAY_TO_FRIDAY, call_words.DAYS, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    call_from = forms.ChoiceField(label=_("Von"), choices=half_hours, required=False)
    call_until = forms.ChoiceField(label=_("Bis"), choices=half_hours, required=False)

    def clean(self) -> dict[str, Any]:
        """The time to call belongs to a yes, and is whole or missing."""
        data = super().clean() or {}
        parts = [data.get(name) for name in CALL_TIME]
        if self.errors or data["answer"] != YES or not any(parts):
            return data | {"call": None}
        if not all(parts):
            self.add_error("call_days", _("Bitte wählen Sie Tage, Beginn und Ende, oder nichts davon."))
            return data
        call = CallTime(
            "".join(sorted(data["call_days"])),
            time.fromisoformat(data["call_from"]),
            time.fromisoformat(data["call_until"]),
        )
        if call.start >= call.end:
            self.add_error("call_until", _("Das Ende muss nach dem Beginn liegen."))
        return data | {"call": call}


class RepairForm(forms.Form):
    """What the reason of a no is to change in the own entry: one button for each step."""

    repair = forms.ChoiceField(choices=[(name, name) for name in REPAIRS])
    topic = forms.SlugField(required=False)


class AskForm(forms.Form):
    message = forms.CharField(
        label=_("Ihre Nachricht an die andere Seite"),
        help_text=_("Worum geht es Ihnen? Die Nachricht steht in der Mail an die andere Seite."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class ReportForm(forms.Form):
    """What became of a contact: one button for each step."""

    report = forms.ChoiceField(
        choices=[(said, said) for said in REPORT_IN_LINK.values()],
        error_messages={"invalid_choice": _("Bitte wählen Sie einen der Schritte.")},
    )


class PairForm(forms.Form):
    """Any partner and any town, for the question why they are suggested or not."""

    partner = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=Partner.objects.select_related("organisation").order_by("organisation__name"),
    )
    city = forms.ModelChoiceField(
        label=_("Stadt"), queryset=City.objects.select_related("organisation").order_by("organisation__name")
    )


class WeightsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = ScoreWeights
        fields = ["place", "topics", "gap", "fairness", "answers"]

    def clean(self) -> dict[str, Any]:
        """The one rule of the table, in words and at the first field, before the database says it in its own."""
        data = super().clean() or {}
        if not self.errors and sum(data.values()) != 100:
            self.add_error("place", _("Die fünf Gewichte müssen zusammen 100 ergeben."))
        return data
