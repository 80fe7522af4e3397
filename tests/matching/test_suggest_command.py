import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from matching.models import Suggestion
from portal.accounts.models import Organisation
from tests.factories import make_city, make_partner

pytestmark = pytest.mark.django_db

GATES = ["area", "reach", "topics", "approved", "confirmed", "consent", "capacity", "pause", "history"]


def suggest(*arguments):
    out, err = StringIO(), StringIO()
    call_command("suggest", *arguments, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def suggest_json(*arguments):
    return json.loads(suggest(*arguments, "--json"))


def test_without_arguments_everything_is_refreshed_and_counted():
    make_partner(), make_city()
    assert suggest() == "1 offene Vorschläge: 1 neu, 0 neu bewertet, 0 zurückgezogen.\n"
    assert suggest() == "1 offene Vorschläge: 0 neu, 0 neu bewertet, 0 zurückgezogen.\n"


def test_json_has_the_published_format():
    make_partner(contact="a@kammer.example"), make_city(contact="b@telgte.example")
    [found] = suggest_json()
    stored = Suggestion.objects.get()
    assert list(found) == [
        "partner",
        "city",
        "points",
        "parts",
        "distance_km",
        "gates",
        "reasons",
        "weights_version",
    ]
    assert (found["partner"], found["city"]) == ("kammer-beispiel", "telgte")
    assert list(found["parts"]) == ["place", "topics", "gap", "fairness", "answers"]
    assert found["points"] == stored.points / 100 == pytest.approx(sum(found["parts"].values()))
    assert found["distance_km"] == stored.distance_km == pytest.approx(11.2, abs=0.1)
    assert list(found["gates"]) == GATES
    assert all(value is True for value in found["gates"].values())
    assert found["reasons"] == [
        "Kammer Beispiel hat den Sitz in Münster, 11\u00a0km von Telgte entfernt.",
        "Kammer Beispiel und Telgte haben ein gemeinsames Thema: „Klima und Nachhaltigkeit“.",
    ]
    assert found["weights_version"] == stored.weights_id


def test_json_lists_open_suggestions_best_first():
    make_partner(radius_km=100)
    for name in ("Bocholt", "Telgte", "Berlin"):
        make_city(name)
    assert [found["city"] for found in suggest_json()] == ["telgte", "bocholt"]
    Suggestion.objects.filter(city__slug="telgte").update(state="rejected", decided_at=timezone.now())
    assert [found["city"] for found in suggest_json()] == ["bocholt"]


def test_one_partner_or_one_town_is_refreshed_and_listed():
    make_partner("Kammer A"), make_partner("Kammer B")
    make_city("Telgte"), make_city("Münster")
    assert [found["city"] for found in suggest_json("--partner", "kammer-a")] == ["munster", "telgte"]
    assert Suggestion.objects.count() == 2
    assert [found["partner"] for found in suggest_json("--city", "telgte")] == ["kammer-a", "kammer-b"]
    assert Suggestion.objects.count() == 3


def test_a_pair_that_fails_a_gate_is_explained_and_nothing_is_written():
    make_partner(approved=False, topics=("youth",)), make_city("Berlin", taking_part=False)
    [found] = suggest_json("--partner", "kammer-beispiel", "--city", "berlin")
    closed = [gate for gate, holds in found["gates"].items() if not holds]
    assert closed == ["area", "topics", "approved", "consent"]
    assert found["distance_km"] == pytest.approx(398, abs=1)
    assert len(found["reasons"]) == 2
    assert not Suggestion.objects.exists()


def test_an_explained_pair_reads_well():
    make_partner(), make_city("Berlin")
    text = suggest("--partner", "kammer-beispiel", "--city", "berlin")
    assert text.splitlines()[0].startswith("Kammer Beispiel und Berlin: ")
    for sentence in (
        "Ort                        0,00 / 35,00",
        "Einzugsgebiet            Berlin liegt nicht im Einzugsgebiet von Kammer Beispiel.",
        "Pause                    erfüllt",
        "Kammer Beispiel hat den Sitz in Münster, 398\u00a0km von Berlin entfernt.",
    ):
        assert sentence in text


def test_a_list_says_what_is_missing():
    make_partner(), make_city()
    head, line, summary = suggest("--partner", "kammer-beispiel").splitlines()
    assert head.split() == ["Punkte", "km", "Partner", "Stadt", "Es", "fehlt"]
    assert "Kammer Beispiel" in line
    assert line.endswith("Einwilligung")
    assert summary.startswith("1 offene Vorschläge")


def test_a_partner_that_left_is_listed_with_nothing():
    partner, _ = make_partner(), make_city()
    suggest()
    Organisation.objects.filter(pk=partner.organisation_id).update(withdrawn_at=timezone.now())
    assert suggest_json("--partner", partner.slug) == []
    assert Suggestion.objects.get().state == "withdrawn"


@pytest.mark.parametrize("arguments", [("--partner", "gibtsnicht"), ("--city", "gibtsnicht"), ("--partner", "")])
def test_an_unknown_name_is_a_clear_error(arguments):
    with pytest.raises(CommandError, match="mit dem Kurznamen „"):
        suggest(*arguments)


def test_an_unknown_name_beside_a_known_one_writes_nothing():
    make_partner(), make_city()
    with pytest.raises(CommandError, match="keine Stadt mit dem Kurznamen „gibtsnicht“"):
        suggest("--partner", "kammer-beispiel", "--city", "gibtsnicht")
    assert not Suggestion.objects.exists()


def test_nobody_there_is_an_empty_list():
    assert suggest_json() == []
