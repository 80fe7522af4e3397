"""What a round says to the office, in German sentences."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from matching.explanations import GATE_LABELS
from matching.round_plan import ELSEWHERE, NOBODY

_WHY: Mapping[str, str | Promise] = MappingProxyType(
    {
        NOBODY: lazy("kein Partner passt"),
        ELSEWHERE: lazy("die passenden Partner sind in dieser Runde anderswo nötiger"),
        "approved": lazy("die Freigabe der Geschäftsstelle fehlt"),
        "confirmed": lazy("eine Seite hat ihre Angaben nicht bestätigt"),
        "consent": lazy("einer Seite fehlt eine Ansprechperson, die Vorschlägen zugestimmt hat"),
        "capacity": lazy("eine Seite hat in diesem Monat schon so viele Vermittlungen, wie sie möchte"),
        "pause": lazy("eine Seite macht Pause"),
        "history": lazy("die passenden Partner sind schon im Gespräch mit der Stadt, oder eine Seite hat abgesagt"),
    }
)


def why(reason: str) -> str:
    """Why a town has no introduction; the gate's name for a reason that is new."""
    return str(_WHY.get(reason) or GATE_LABELS[reason])


def summary(introductions: int, reasons: Iterable[str]) -> str:
    """„37 Vermittlungen, 3 Städte ohne Vorschlag: 2, weil …; 1, weil …“; `reasons` has one entry a town left out."""
    counts = Counter(reasons)
    number = ngettext("%(n)s Vermittlung", "%(n)s Vermittlungen", introductions) % {"n": introductions}
    if not counts:
        return _("{introductions}, keine Stadt ohne Vorschlag.").format(introductions=number)
    left = ngettext("%(n)s Stadt ohne Vorschlag", "%(n)s Städte ohne Vorschlag", counts.total()) % {"n": counts.total()}
    because = "; ".join(
        _("{count}, weil: {why}").format(count=count, why=why(reason)) for reason, count in counts.most_common()
    )
    return f"{number}, {left} ({because})."


def asked(partners: int, cities: int, pairs: int) -> str:
    """Among whom was chosen."""
    return " ".join(
        [
            ngettext("%(n)s Partner,", "%(n)s Partner,", partners) % {"n": partners},
            ngettext("%(n)s Stadt und", "%(n)s Städte und", cities) % {"n": cities},
            ngettext("%(n)s mögliches Paar.", "%(n)s mögliche Paare.", pairs) % {"n": pairs},
        ]
    )
