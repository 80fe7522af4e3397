"""Writes open suggestions, many with one statement: new ones are added, those that have changed are updated."""

import json
from collections.abc import Sequence

from django.db import connection
from django.utils import timezone

from matching.assessments import Assessment
from matching.models import Suggestion
from matching.scoring import PARTS

_COLUMNS = {
    "partner_id": "bigint",
    "city_id": "bigint",
    "points": "integer",
    **{f"points_{part}": "integer" for part in PARTS},
    "distance_km": "double precision",
    "reasons": "jsonb",
    "weights_id": "bigint",
}
_SCORED = [column for column in _COLUMNS if column not in ("partner_id", "city_id")]


def write(pairs: Sequence[Assessment]) -> tuple[int, int]:
    """How many were added, and how many were updated; whoever writes holds the open suggestions of these pairs."""
    if not pairs:
        return 0, 0
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [timezone.now(), json.dumps([_row(pair) for pair in pairs])])
        added = [is_new for (is_new,) in cursor.fetchall()]
    return sum(added), len(added) - sum(added)


def _row(pair: Assessment) -> dict[str, object]:
    """By column."""
    return {
        "partner_id": pair.partner.pk,
        "city_id": pair.city.pk,
        "points": pair.score.total,
        **{f"points_{part}": getattr(pair.score, part) for part in PARTS},
        "distance_km": pair.score.distance_km,
        "reasons": pair.facts,
        "weights_id": pair.weights.version,
    }


def _list(columns: Sequence[str], table: str = "") -> str:
    return ", ".join(f"{table}{column}" for column in columns)


# One document instead of a placeholder for every value, of which the server would read thousands. A row that was
# inserted has no earlier version (xmax = 0); one whose values are the same is neither written nor returned.
_TABLE = Suggestion._meta.db_table
_UPSERT = f"""
INSERT INTO {_TABLE} (state, decision_reason, computed_at, {_list([*_COLUMNS])})
SELECT '{Suggestion.State.OPEN}', '', %s, {_list([*_COLUMNS], "new.")}
FROM jsonb_to_recordset(%s::jsonb) AS new ({", ".join(f"{column} {kind}" for column, kind in _COLUMNS.items())})
ON CONFLICT (partner_id, city_id) WHERE state = '{Suggestion.State.OPEN}' DO UPDATE
SET computed_at = excluded.computed_at, {", ".join(f"{column} = excluded.{column}" for column in _SCORED)}
WHERE ({_list(_SCORED, f"{_TABLE}.")}) IS DISTINCT FROM ({_list(_SCORED, "excluded.")})
RETURNING xmax = 0
"""  # noqa: S608 - nothing in it comes from outside
