from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from time import sleep

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils import timezone

from cities.models import City, Topic
from matching import introductions, suggestions, weights
from matching.models import Introduction, ScoreWeights, Suggestion
from matching.suggestions import Changes, SuggestionError
from partners.models import Partner, ServiceAreaPart
from portal.accounts.models import Organisation
from tests.factories import give_contact, make_city, make_curator, make_partner
from tests.matching.test_candidates import make_introduction, make_many, make_suggestion

pytestmark = pytest.mark.django_db


def refresh():
    return suggestions.refresh_all()


def narrow(partner, radius_km):
    ServiceAreaPart.objects.filter(partner=partner).update(radius_km=radius_km)


# --- Adding ---------------------------------------------------------------------------------------------------
def test_a_refresh_adds_the_pairs_that_fit():
    partner, near, _far = make_partner(), make_city("Telgte"), make_city("Berlin")
    assert suggestions.refresh_partner(partner) == Changes(added=1)
    suggestion = Suggestion.objects.get()
    assert (suggestion.city, suggestion.state, suggestion.weights_id) == (near, "open", ScoreWeights.objects.get().pk)
    assert suggestion.points == suggestion.points_place + suggestion.points_topics + 700 + 1000 + 500
    assert [fact["kind"] for fact in suggestion.reasons] == ["distance_from_seat", "topics"]


def test_a_second_refresh_changes_nothing():
    make_partner(), make_city()
    assert refresh() == Changes(added=1)
    before = Suggestion.objects.get().computed_at
    assert refresh() == Changes()
    assert Suggestion.objects.get().computed_at == before


def test_a_town_gets_its_partners():
    make_partner("Kammer A"), make_partner("Kammer B"), make_partner("Kammer Berlin", seat="Berlin")
    assert suggestions.refresh_city(make_city()) == Changes(added=2)


def test_refreshing_one_touches_nobody_else():
    partner, other, city = make_partner("Kammer A"), make_partner("Kammer B"), make_city()
    refresh()
    narrow(partner, 1), narrow(other, 1)
    assert suggestions.refresh_partner(partner) == Changes(withdrawn=1)
    assert list(city.suggestions.open()) == list(other.suggestions.all())


def test_a_partner_waiting_for_approval_gets_suggestions():
    partner = make_partner(approved=False)
    make_city()
    assert suggestions.refresh_partner(partner) == Changes(added=1)


def test_a_town_that_does_not_take_part_gets_none():
    make_partner()
    assert suggestions.refresh_city(make_city(taking_part=False)) == Changes()


# --- Scoring again and withdrawing ----------------------------------------------------------------------------
def test_an_open_suggestion_is_scored_again():
    partner, city = make_partner(), make_city(topics=("climate", "youth"))
    refresh()
    before = Suggestion.objects.get()
    partner.topics.add(Topic.objects.get(code="youth"))
    assert suggestions.refresh_partner(partner) == Changes(rescored=1)
    after = Suggestion.objects.get()
    assert (after.pk, after.points_topics) == (before.pk, before.points_topics + 1000)
    assert len(after.reasons[1]["topics"]) == 2
    assert after.computed_at > before.computed_at
    assert city.suggestions.get() == after


def test_new_weights_score_open_suggestions_again_and_name_their_version():
    make_partner(), make_city()
    refresh()
    row = weights.change(place=20, topics=20, gap=20, fairness=20, answers=20, by=make_curator())
    assert refresh() == Changes(rescored=1)
    assert Suggestion.objects.get().weights == row


def test_an_open_suggestion_that_fits_no_longer_is_withdrawn_with_the_reason():
    partner, _ = make_partner(), make_city()
    refresh()
    narrow(partner, 5)
    assert suggestions.refresh_partner(partner) == Changes(withdrawn=1)
    suggestion = Suggestion.objects.get()
    assert (suggestion.state, suggestion.decided_by) == ("withdrawn", None)
    assert suggestion.decision_reason == "Telgte liegt nicht im Einzugsgebiet von Kammer Beispiel."


def test_what_fits_again_is_a_new_suggestion():
    partner, _ = make_partner(), make_city()
    refresh()
    narrow(partner, 5), refresh()
    narrow(partner, 50)
    assert refresh() == Changes(added=1)
    assert sorted(Suggestion.objects.values_list("state", flat=True)) == ["open", "withdrawn"]


@pytest.mark.parametrize("leaver", ["partner", "city"])
def test_suggestions_of_those_who_left_are_withdrawn(leaver):
    sides = {"partner": make_partner(), "city": make_city()}
    refresh()
    Organisation.objects.filter(pk=sides[leaver].organisation_id).update(withdrawn_at=timezone.now())
    other = sides["city" if leaver == "partner" else "partner"]
    again = suggestions.refresh_city if leaver == "partner" else suggestions.refresh_partner
    assert again(other) == Changes(withdrawn=1)
    assert Suggestion.objects.get().decision_reason == f"{sides[leaver].name} nimmt nicht mehr teil."


def test_a_declined_partner_loses_its_suggestions():
    partner, _ = make_partner(approved=False), make_city()
    refresh()
    Organisation.objects.filter(pk=partner.organisation_id).update(declined_at=timezone.now())
    assert suggestions.refresh_partner(partner) == Changes(withdrawn=1)


def test_what_is_only_unsendable_stays_open():
    partner, _ = make_partner(), make_city()
    refresh()
    Organisation.objects.filter(pk=partner.organisation_id).update(
        paused_until=timezone.localdate() + timedelta(days=60), capacity=0, confirmed_at=None
    )
    assert refresh().withdrawn == 0


# --- What was decided stays -----------------------------------------------------------------------------------
@pytest.mark.parametrize("state", ["released", "rejected", "withdrawn"])
def test_a_decided_suggestion_is_never_touched(state):
    partner, city = make_partner(), make_city()
    decided = make_suggestion(partner, city, state=state, decided_at=timezone.now(), decision_reason="Darum.")
    before = Suggestion.objects.filter(pk=decided.pk).values().get()
    narrow(partner, 5), refresh()
    narrow(partner, 50), refresh()
    assert Suggestion.objects.filter(pk=decided.pk).values().get() == before


def test_a_rejected_pair_is_not_suggested_again_within_the_months_of_quiet():
    partner, city = make_partner(), make_city()
    refresh()
    suggestions.reject(Suggestion.objects.get(), "Passt nicht.", by=make_curator())
    assert refresh() == Changes()
    Suggestion.objects.update(decided_at=timezone.now() - timedelta(days=367))
    assert refresh() == Changes(added=1)
    assert Suggestion.objects.filter(partner=partner, city=city).count() == 2


def test_only_the_office_rejects():
    partner = make_partner(contact="petra@kammer.example")
    make_city(), refresh()
    with pytest.raises(SuggestionError, match="nur die Geschäftsstelle"):
        suggestions.reject(Suggestion.objects.get(), "Passt nicht.", by=partner.organisation.contact)
    assert Suggestion.objects.open().exists()


def test_a_pair_that_declined_is_not_suggested_again_within_the_months_of_quiet():
    partner, city = make_partner(), make_city()
    introduction = make_introduction(partner, city, "declined")
    assert refresh() == Changes()
    Introduction.objects.filter(pk=introduction.pk).update(closed_at=timezone.now() - timedelta(days=367))
    assert refresh() == Changes(added=1)


def test_a_pair_in_touch_is_not_suggested_and_an_open_suggestion_gives_way():
    partner, city = make_partner(), make_city()
    refresh()
    make_introduction(partner, city, "asked")
    assert refresh() == Changes(withdrawn=1)
    assert "läuft schon eine Vermittlung" in Suggestion.objects.get().decision_reason
    assert refresh() == Changes()


# --- The office rejects ---------------------------------------------------------------------------------------
def test_the_office_rejects_with_a_reason():
    make_partner(), make_city()
    refresh()
    curator = make_curator()
    suggestions.reject(Suggestion.objects.get(), "  Die beiden kennen sich. ", by=curator)
    suggestion = Suggestion.objects.get()
    assert (suggestion.state, suggestion.decision_reason) == ("rejected", "Die beiden kennen sich.")
    assert (suggestion.decided_by, suggestion.decided_at is not None) == (curator, True)


@pytest.mark.parametrize(("reason", "sentence"), [("  ", "nennen Sie einen Grund"), ("x" * 2001, "zu lang")])
def test_a_rejection_needs_a_reason_of_reasonable_length(reason, sentence):
    suggestion = make_suggestion(make_partner(), make_city())
    with pytest.raises(SuggestionError, match=sentence):
        suggestions.reject(suggestion, reason, by=make_curator())
    assert Suggestion.objects.get().state == "open"


@pytest.mark.parametrize("state", ["released", "rejected", "withdrawn"])
def test_what_is_decided_cannot_be_rejected(state):
    suggestion = make_suggestion(make_partner(), make_city(), state=state, decided_at=timezone.now())
    with pytest.raises(SuggestionError, match="schon entschieden"):
        suggestions.reject(suggestion, "Zu spät.", by=make_curator())


# --- Who sees suggestions -------------------------------------------------------------------------------------
def test_a_suggestion_is_seen_by_both_sides_and_the_office_but_by_towns_only_once_the_partner_is_approved():
    partner, city = make_partner(approved=False), make_city()
    own, town = give_contact(partner.organisation, "a@kammer.example"), give_contact(city.organisation, "b@t.example")
    refresh()

    def sees(user):
        return Suggestion.objects.visible_to(user).exists()

    assert (sees(own), sees(town), sees(make_curator()), sees(AnonymousUser())) == (True, False, True, False)
    Organisation.objects.filter(pk=partner.organisation_id).update(approved_at=timezone.now())
    assert sees(town)


# --- Weights --------------------------------------------------------------------------------------------------
def test_changed_weights_are_a_new_row_by_somebody():
    curator, before = make_curator(), weights.current()
    row = weights.change(place=40, topics=25, gap=15, fairness=10, answers=10, by=curator)
    assert (weights.current().version, row.created_by) == (row.pk, curator)
    assert (weights.current().place, ScoreWeights.objects.get(pk=before.version).place) == (40, 35)


@pytest.mark.parametrize("parts", [(36, 30, 15, 10, 10), (-5, 70, 15, 10, 10)])
def test_weights_that_are_no_five_parts_of_a_hundred_are_refused_with_a_sentence(parts):
    place, topics, gap, fairness, answers = parts
    with pytest.raises(weights.WeightsError, match="zusammen 100"):
        weights.change(place=place, topics=topics, gap=gap, fairness=fairness, answers=answers, by=make_curator())
    assert ScoreWeights.objects.count() == 1


# --- Many, and at once ----------------------------------------------------------------------------------------
def test_one_partners_refresh_takes_the_same_queries_for_one_town_and_for_a_hundred(django_assert_max_num_queries):
    make_many(towns=110, partners=300)
    partner = Partner.objects.get(slug="partner-100")
    with django_assert_max_num_queries(22):
        assert suggestions.refresh_partner(partner).added == 30
    with django_assert_max_num_queries(21):
        assert suggestions.refresh_all().added > 4000


def test_every_row_of_one_statement_has_its_own_history():
    make_many(towns=5, partners=2)
    added, ids = refresh().added, Suggestion.objects.values_list("pk", flat=True)
    assert sorted(apps.get_model("matching.SuggestionEvent").objects.values_list("pgh_obj", "pgh_label")) == [
        (pk, "insert") for pk in sorted(ids)
    ]
    weights.change(place=25, topics=40, gap=15, fairness=10, answers=10, by=make_curator())
    assert refresh() == Changes(rescored=added)
    assert apps.get_model("matching.SuggestionEvent").objects.filter(pgh_label="update").count() == added


def in_parallel(*work):
    """Do it all at once, each in a connection of its own; returns what came of it."""
    together = Barrier(len(work))

    def run(function):
        try:
            together.wait(timeout=10)
            return function()
        except SuggestionError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


@pytest.mark.django_db(transaction=True)
def test_refreshes_at_once_make_one_suggestion_per_pair():
    partners = [make_partner(f"Kammer {letter}") for letter in "ABCD"]
    towns = [make_city(name) for name in ("Telgte", "Bocholt", "Köln", "Münster")]
    work = [refresh, refresh]
    work += [lambda partner=partner: suggestions.refresh_partner(partner) for partner in partners]
    work += [lambda town=town: suggestions.refresh_city(town) for town in towns[:2]]
    done = in_parallel(*work)
    pairs = list(Suggestion.objects.values_list("partner", "city"))
    assert len(pairs) == len(set(pairs)) == sum(changes.added for changes in done) > 4


@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_else_was_quicker_with_is_scored_and_stays_the_only_one():
    partner, city = make_partner(), make_city()
    written = Event()

    def write_slowly():
        with transaction.atomic():
            make_suggestion(partner, city, distance_km=99)
            written.set()
            sleep(0.3)  # the refresh meets the row of a transaction that is not finished

    def refresh_meanwhile():
        written.wait(timeout=10)
        return refresh()

    in_parallel(write_slowly, refresh_meanwhile)
    assert Suggestion.objects.get().distance_km == 11.173


@pytest.mark.django_db(transaction=True)
def test_an_older_reading_never_overwrites_a_newer_one():
    """A partner narrows its area while everything is refreshed: whoever comes first, the new area wins."""
    partner, _ = make_partner(), make_city()

    def edit():
        with transaction.atomic():
            narrow(partner, 5)
            return suggestions.refresh_partner(partner)

    for _attempt in range(5):
        narrow(partner, 50), refresh()
        in_parallel(refresh, edit, refresh)
        assert not Suggestion.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_two_curators_reject_at_once_and_one_decides():
    make_partner(), make_city()
    refresh()
    suggestion, curator = Suggestion.objects.get(), make_curator()
    done = in_parallel(*[lambda: suggestions.reject(suggestion, "Nein.", by=curator)] * 4)
    assert sum(isinstance(each, SuggestionError) for each in done) == 3
    assert City.objects.get().suggestions.get().state == "rejected"


@pytest.mark.django_db(transaction=True)
def test_a_rejection_during_a_refresh_stands():
    partner, _ = make_partner(), make_city()
    refresh()
    suggestion, curator = Suggestion.objects.get(), make_curator()
    partner.topics.add(Topic.objects.get(code="youth"))
    in_parallel(refresh, lambda: suggestions.reject(suggestion, "Nein.", by=curator), refresh)
    assert Suggestion.objects.get().state == "rejected"


@pytest.mark.django_db(transaction=True)
def test_edits_refreshes_and_releases_at_once_never_lock_each_other_out():
    partner = make_partner(contact="a@kammer.example", radius_km=300)
    Organisation.objects.filter(pk=partner.organisation_id).update(capacity=20)
    towns = [make_city(name, contact=f"{name[0]}@town.example".lower()) for name in ("Telgte", "Bocholt", "Köln")]
    refresh()
    curator = make_curator()

    def edit(entry, again):
        with transaction.atomic():
            Organisation.objects.filter(pk=entry.organisation_id).update(name=f"{entry.name} neu")
            return again(entry)

    def release(suggestion):
        return introductions.release(suggestion, by=curator)

    releases = [lambda each=each: release(each) for each in Suggestion.objects.open()]
    edits = [lambda town=town: edit(town, suggestions.refresh_city) for town in towns]
    in_parallel(*releases, *edits, lambda: edit(partner, suggestions.refresh_partner), refresh)
    assert Introduction.objects.count() == 3
    assert not Suggestion.objects.open().exists()
