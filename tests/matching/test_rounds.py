"""A round is computed whole or not at all, and only its release makes introductions."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cities.models import City
from matching import introductions, round_words, rounds, suggestions, tasks
from matching.models import Introduction, IntroductionRules, MatchingRound, RoundPair, Suggestion
from matching.round_plan import ELSEWHERE, NOBODY
from matching.rounds import RoundError
from portal.accounts.models import Consent, Organisation
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_curator, make_partner, make_user
from tests.locks import wait_until_somebody_waits
from tests.races import at_once

State = MatchingRound.State


@pytest.fixture
def office(db):
    return make_curator()


@pytest.fixture
def region(db):
    """Two partners, both near two towns; a third town far from both, a fourth without a contact person."""
    for name in ("Kammer Beispiel", "Innung Muster"):
        make_partner(name, contact=f"{name[:6].lower()}@kammer.example", radius_km=80)
    for name in ("Telgte", "Bocholt", "Berlin"):
        make_city(name, contact=f"{name.lower()}@stadt.example")
    make_city("Münster")


def prepared(by=None):
    return rounds.run(rounds.start(by=by))


def pairs_of(row):
    return set(row.pairs.values_list("suggestion__partner__slug", "suggestion__city__slug"))


# --- Computing ----------------------------------------------------------------------------------------------


def test_a_round_chooses_and_sends_nothing(region, office):
    row = prepared(by=office)
    assert row.state == State.PREPARED
    assert pairs_of(row) == {(p, c) for p in ("kammer-beispiel", "innung-muster") for c in ("telgte", "bocholt")}
    assert (row.coverage, row.started_by, row.gap) == (2, office, 0)
    assert row.total == sum(Suggestion.objects.filter(rounds__round=row).values_list("points", flat=True)) == row.bound
    assert len(row.question_hash) == 64
    assert row.weights_id == Suggestion.objects.first().weights_id
    assert not Introduction.objects.exists()
    assert not OutgoingMail.objects.exists()


def test_towns_without_an_introduction_learn_why(region):
    Organisation.objects.filter(city__isnull=False).exclude(name="Telgte").update(capacity=1)
    Organisation.objects.filter(partner__isnull=False).update(capacity=1)
    IntroductionRules.objects.update(most_per_round=1)
    Organisation.objects.filter(name="Innung Muster").update(paused_until=timezone.localdate() + timedelta(days=9))
    row = prepared()
    named = {City.objects.get(pk=pk).name: why for pk, why in row.left_out}
    served = {city for _partner, city in pairs_of(row)}
    assert len(served) == 1
    assert named.pop("Berlin") == NOBODY
    assert named.pop("Münster") == "consent"
    assert list(named.values()) == [ELSEWHERE]


def test_a_town_gets_no_more_than_the_rules_say(region):
    IntroductionRules.objects.update(most_per_round=1)
    assert len(pairs_of(prepared())) == 2


def test_what_was_introduced_this_month_takes_room(region, office):
    suggestions.refresh_all()
    Organisation.objects.filter(name="Telgte").update(capacity=1)
    introductions.release(Suggestion.objects.get(city__slug="telgte", partner__slug="innung-muster"), by=office)
    assert {city for _partner, city in pairs_of(prepared())} == {"bocholt"}


def test_the_same_question_has_the_same_hash_and_answer(region):
    first, second = prepared(), prepared()
    assert first.question_hash == second.question_hash
    assert pairs_of(first) == pairs_of(second)
    first.refresh_from_db()
    assert first.state == State.DISCARDED  # the later one took its place
    assert first.closed_by is None


def test_nothing_to_choose_from_is_a_round_as_well(db):
    row = prepared()
    assert (row.state, row.coverage, row.total, row.bound, row.left_out) == (State.PREPARED, 0, 0, 0, [])


def test_a_fault_ends_the_round_and_the_next_one_can_begin(region):
    row = rounds.start(by=None)
    IntroductionRules.objects.all().delete()
    with pytest.raises(IntroductionRules.DoesNotExist):
        rounds.run(row)
    row.refresh_from_db()
    assert (row.state, row.pairs.count()) == (State.FAILED, 0)
    IntroductionRules.objects.create(pk=1)
    assert prepared().state == State.PREPARED


# --- One at a time ------------------------------------------------------------------------------------------


def test_two_rounds_at_once_cannot_be(region, office):
    rounds.start(by=office)
    with pytest.raises(RoundError, match="gerade schon eine Runde"):
        rounds.start(by=office)
    with pytest.raises(IntegrityError), transaction.atomic():
        MatchingRound.objects.create(state=State.COMPUTING)


def test_only_the_office_begins_releases_and_discards(region):
    stranger = make_user()
    row = prepared()
    for step in (
        lambda: rounds.start(by=stranger),
        lambda: rounds.release(row, by=stranger),
        lambda: rounds.discard(row, by=stranger),
    ):
        with pytest.raises(RoundError, match="nur die Geschäftsstelle"):
            step()


@pytest.mark.django_db(transaction=True)
def test_many_workers_compute_a_round_once(office):
    make_partner(contact="petra@kammer.example"), make_city(contact="stefan@telgte.example")
    row = rounds.start(by=office)
    done = at_once(*[lambda: rounds.run(MatchingRound.objects.get(pk=row.pk))] * 4)
    assert [found.state for found in done if found] == [State.PREPARED]
    assert RoundPair.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_decides_about_a_suggestion_waits_until_the_round_is_written(office):
    make_partner(contact="petra@kammer.example"), make_city(contact="stefan@telgte.example")
    suggestions.refresh_all()
    suggestion = Suggestion.objects.get()
    row = rounds.start(by=office)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Suggestion.objects.select_for_update().get(pk=suggestion.pk)
        computing = pool.submit(lambda: (rounds.run(MatchingRound.objects.get(pk=row.pk)), connection.close()))
        wait_until_somebody_waits()
        suggestions.reject(suggestion, "Kennen sich schon", by=office)
    computing.result()
    row.refresh_from_db()
    assert (row.state, row.pairs.count()) == (State.PREPARED, 0)


def test_a_round_whose_worker_died_is_computed_by_the_next(region):
    row = rounds.start(by=None)
    MatchingRound.objects.filter(pk=row.pk).update(state=State.COMPUTING, claimed_until=timezone.now())
    assert rounds.run_waiting(timezone.now() - timedelta(minutes=1)) == 0  # it may still be alive
    assert rounds.run_waiting(timezone.now() + timedelta(seconds=1)) == 1
    row.refresh_from_db()
    assert (row.state, len(pairs_of(row))) == (State.PREPARED, 4)


# --- Releasing ----------------------------------------------------------------------------------------------


def test_releasing_a_round_begins_its_introductions(region, office):
    row = prepared()
    released = rounds.release(row, by=office)
    row.refresh_from_db()
    assert (released.introductions, released.refused) == (4, [])
    assert (row.state, row.closed_by) == (State.RELEASED, office)
    assert Introduction.objects.count() == 4
    with pytest.raises(RoundError, match="schon entschieden"):
        rounds.release(row, by=office)


def test_what_may_no_longer_be_is_named_and_the_rest_goes_out(region, office):
    row = prepared()
    Consent.objects.filter(user__email="telgte@stadt.example").update(withdrawn_at=timezone.now())
    released = rounds.release(row, by=office)
    assert released.introductions == 2
    assert len(released.refused) == 2
    assert all("Telgte" in sentence and "nicht zugestimmt" in sentence for sentence in released.refused)


def test_a_pair_released_alone_is_not_released_again(region, office):
    row = prepared()
    introductions.release(row.pairs.first().suggestion, by=office)
    assert rounds.release(row, by=office).introductions == 4
    assert Introduction.objects.count() == 4


def test_a_discarded_round_leaves_its_suggestions_open(region, office):
    row = rounds.discard(prepared(), by=office)
    assert row.state == State.DISCARDED
    assert Suggestion.objects.open().count() == 6
    with pytest.raises(RoundError, match="schon entschieden"):
        rounds.release(row, by=office)


def test_a_round_that_is_still_computed_cannot_be_released(region, office):
    with pytest.raises(RoundError, match="noch berechnet"):
        rounds.release(rounds.start(by=office), by=office)


def remove_a_pair(row):
    row.pairs.first().delete()


def add_a_pair(row):
    RoundPair.objects.create(round=row, suggestion=Suggestion.objects.exclude(rounds__round=row).first())


def change_the_room(row):
    row.question["partners"][0][1] = 0
    row.save(update_fields=["question"])


def change_the_format(row):
    row.question["format"] = 0
    row.save(update_fields=["question"])


def repeat_a_pair(row):
    row.question["pairs"].append(row.question["pairs"][0])
    row.save(update_fields=["question"])


def change_the_hash(row):
    row.question_hash = "0" * 64
    row.save(update_fields=["question_hash"])


@pytest.mark.parametrize(
    "tamper", [remove_a_pair, add_a_pair, change_the_room, change_the_format, repeat_a_pair, change_the_hash]
)
def test_a_selection_that_cannot_be_computed_again_is_not_released(region, office, tamper):
    row = prepared()
    tamper(row)
    with pytest.raises(RoundError, match="nachrechnen"):
        rounds.release(row, by=office)
    assert not Introduction.objects.exists()


def test_who_was_left_out_comes_first_in_the_next_round(db, office):
    partner = make_partner(contact="petra@kammer.example", radius_km=80)
    for name in ("Telgte", "Bocholt"):
        make_city(name, contact=f"{name.lower()}@stadt.example")
    Organisation.objects.filter(partner=partner).update(capacity=1)
    row = prepared()
    assert pairs_of(row) == {("kammer-beispiel", "telgte")}  # nearer
    rounds.release(row, by=office)
    ended = {"state": "expired", "closed_at": timezone.now(), "next_step": "", "next_step_at": None}
    Introduction.objects.update(asked_at=timezone.now() - timedelta(days=40), **ended)
    assert pairs_of(prepared()) == {("kammer-beispiel", "bocholt")}


# --- Doors --------------------------------------------------------------------------------------------------


def test_the_task_begins_the_round_of_the_week_and_computes_it(region):
    rounds.start_if_due(timezone.now() - timedelta(days=8))
    tasks.run_rounds()
    tasks.run_rounds()
    assert [row.state for row in MatchingRound.objects.all()] == [State.PREPARED]


def run_command(*arguments):
    out = StringIO()
    call_command("run_round", *arguments, stdout=out)
    return out.getvalue()


def test_a_dry_run_says_what_would_be_chosen_and_writes_nothing(region):
    found = json.loads(run_command("--dry-run", "--json"))
    assert (found["round"], found["coverage"], found["gap"], len(found["introductions"])) == (None, 2, 0, 4)
    assert {"city": "berlin", "why": NOBODY} in found["left_out"]
    assert not MatchingRound.objects.exists()
    assert not Suggestion.objects.exists()
    assert found["input_hash"] == json.loads(run_command("--json"))["input_hash"]


def test_the_command_prints_sentences(region):
    text = run_command()
    assert "kammer-beispiel – telgte" in text
    assert "4 Vermittlungen, 2 Städte ohne Vorschlag" in text


def test_the_command_says_that_a_round_is_under_way(region, office):
    rounds.start(by=office)
    with pytest.raises(CommandError, match="gerade schon eine Runde"):
        run_command()


@pytest.mark.parametrize(
    ("introductions_", "reasons", "expected"),
    [
        (
            37,
            ["nobody", "nobody", "consent"],
            "37 Vermittlungen, 3 Städte ohne Vorschlag (2, weil: kein Partner passt; 1, weil: einer Seite fehlt",
        ),
        (1, ["pause"], "1 Vermittlung, 1 Stadt ohne Vorschlag (1, weil: eine Seite macht Pause)."),
        (2, [], "2 Vermittlungen, keine Stadt ohne Vorschlag."),
    ],
)
def test_a_round_in_one_sentence(introductions_, reasons, expected):
    assert round_words.summary(introductions_, reasons).startswith(expected)
