"""What people send about an introduction: an answer, or the wish for a contact."""

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.models import Invitation

YES, NO = Invitation.Answer.YES.value, Invitation.Answer.NO.value
FORWARD = "forward"
CHOICES = ((YES, _("Ja, gern")), (NO, _("Jetzt nicht")), (FORWARD, _("Nicht zuständig – weiterleiten")))
CHOICE_IN_LINK = {"ja": YES, "nein": NO, "weiterleiten": FORWARD}  # ?antwort=… in the mail only preselects


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


class AskForm(forms.Form):
    message = forms.CharField(
        label=_("Ihre Nachricht an die andere Seite"),
        help_text=_("Worum geht es Ihnen? Die Nachricht steht in der Mail an die andere Seite."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )


class DecisionForm(forms.Form):
    """Why the office takes something off the table."""

    reason = forms.CharField(label=_("Grund"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
