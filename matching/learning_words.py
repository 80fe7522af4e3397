"""What the answers say about the weights, and what other weights would have chosen, in German sentences."""

from collections.abc import Sequence
from math import ceil, floor

from django.utils.translation import gettext as _

from matching.learning import FEWEST, Separation
from matching.weights_report import TriedRound


def difference(found: Separation | None) -> str:
    """What one part has to do with a yes; the range is rounded outwards."""
    if found is None:
        return _("Zu wenige Antworten, um etwas zu sagen: nötig sind je {fewest} Zusagen und Absagen.").format(
            fewest=FEWEST
        )
    texts = {
        1: _("Zusagen hatten davon eher mehr als Absagen: in {chance} von 100 Vergleichen ({low} bis {high})."),
        0: _("Kein Unterschied zu erkennen: Zusagen hatten in {chance} von 100 Vergleichen mehr ({low} bis {high})."),
        -1: _("Zusagen hatten davon eher weniger als Absagen: nur in {chance} von 100 Vergleichen mehr "
              "({low} bis {high})."),
    }  # fmt: skip
    low, high = floor(100 * found.low), ceil(100 * found.high)
    return texts[found.direction].format(chance=round(100 * found.chance), low=low, high=high)


def summary(rounds: Sequence[TriedRound]) -> str:
    """All rounds that could be computed again, in sums."""
    rows = [
        (
            len(trial.before),
            len(trial.kept),
            len(trial.missing),
            len(trial.new),
            *trial.coverage,
            *one.accepted,
            *one.declined,
        )
        for one in rounds
        if (trial := one.trial)
    ]
    if not rows:
        return _("Es gibt keine Runde, die sich mit dieser Gewichtung nachrechnen lässt.")
    names = ("chosen", "kept", "missing", "new", "before", "after", "yes", "accepted", "no", "declined")
    sums = dict(zip(names, map(sum, zip(*rows, strict=True)), strict=True))
    return _(
        "Nachgerechnete Runden: {rounds}. Von {chosen} ausgewählten Paaren wären {kept} wieder dabei, {missing} nicht "
        "mehr, und {new} kämen neu dazu. Städte mit Vermittlung, über alle Runden gezählt: bisher {before}, damit "
        "{after}. Von {accepted} Zusagen wären {yes} wieder dabei, von {declined} Absagen {no}."
    ).format(rounds=len(rows), **sums)
