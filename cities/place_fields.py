"""The field in which a place is typed: a text field that offers places where the browser runs scripts."""

from django import forms


class PlaceInput(forms.TextInput):
    """A list of its own follows the field; without scripts it stays empty and the field is plain."""

    template_name = "django/forms/widgets/place.html"
