"""The form a regional network describes itself with, and the one that founds it."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cities.links import WebAddressField
from partners import areas
from partners.forms import AreaForm
from partners.models import Partner, RegionalNetwork
from partners.networks import NetworkEntry


class NetworkForm(AreaForm):
    """What a network says about itself; `entry()` is the value that is written."""

    name = forms.CharField(
        label=_("Name des Netzwerks"), max_length=200, help_text=_("Zum Beispiel „OM-Netzwerk Münsterland“.")
    )
    description = forms.CharField(
        label=_("Was macht das Netzwerk?"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    website = WebAddressField(label=_("Internetseite"), required=False)

    field_order = ["coordinator", "name", "description", "website", "area"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].required = True

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if any(part.nationwide for part in data["parts"]):
            self.add_error(
                "area", gettext("Ein regionales Netzwerk kann nicht bundesweit sein. Bitte nennen Sie Orte.")
            )
        elif not (data["parts"] or self.errors):
            self.add_error("area", gettext("Bitte nennen Sie die Region Ihres Netzwerks."))
        return data

    @staticmethod
    def initial_of(network: RegionalNetwork) -> dict[str, Any]:
        """The entry as it stands, for the form's fields."""
        return {
            "name": network.organisation.name,
            "description": network.description,
            "website": network.website,
            "area": areas.written(areas.parts_of(network)),
        }

    def entry(self) -> NetworkEntry:
        data = self.cleaned_data
        return NetworkEntry(
            name=data["name"], area=data["parts"], description=data["description"], website=data["website"]
        )


class FoundingForm(NetworkForm):
    """A new network; who coordinates it is chosen where the person looks after several partners."""

    coordinator = forms.ModelChoiceField(
        Partner.objects.none(), label=_("koordinierende Organisation"), empty_label=None, to_field_name="slug"
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coordinator"].queryset = partners  # type: ignore[attr-defined]
        self.fields["coordinator"].initial = partners[0].slug
        self.has_choice = len(partners) > 1


class MemberForm(forms.Form):
    """A partner by its name, found in a list while one types; `left_out` are not offered, but may be named."""

    partner = forms.CharField(
        label=_("Partner"),
        max_length=300,
        help_text=_("Tippen Sie einen Teil des Namens und wählen Sie aus der Liste."),
        widget=forms.TextInput(attrs={"list": "partner-names", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner], left_out: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = list(partners)
        self.offered = [_with_seat(partner) for partner in self.partners if partner.pk not in left_out]

    def clean_partner(self) -> Partner:
        typed = self.cleaned_data["partner"].casefold()
        meant = [partner for partner in self.partners if typed == _with_seat(partner).casefold()]
        meant = meant or [partner for partner in self.partners if typed == partner.name.casefold()]
        if len(meant) != 1:
            raise forms.ValidationError(_("Diesen Partner haben wir nicht gefunden. Bitte wählen Sie aus der Liste."))
        return meant[0]


class SuccessorForm(forms.Form):
    """Which member coordinates from now on."""

    coordinator = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Wer koordiniert künftig?"), empty_label=_("Bitte wählen"), to_field_name="slug"
    )

    def __init__(self, *args: Any, partners: QuerySet[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["coordinator"].queryset = partners  # type: ignore[attr-defined]


def _with_seat(partner: Partner) -> str:
    return f"{partner.name}, {partner.seat.name}"
