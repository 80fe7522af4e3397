"""How maps name what they show, in the order of their legends."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.site.map_drawing import SEVERAL, Kind

AREA = "area"
LEGEND: Mapping[str, str | Promise] = MappingProxyType(
    {
        Kind.TOWN: _("Engagierte Stadt"),
        Kind.PARTNER: _("Partner"),
        Kind.PROJECT: _("Projekt"),
        SEVERAL: _("mehrere an einem Ort"),
        AREA: _("Einzugsgebiet"),
    }
)
