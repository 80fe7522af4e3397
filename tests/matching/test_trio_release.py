"""Both introductions of a trio are released together, know of each other, and end each for itself."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matching import carrying_on, case_locks, introductions, suggestions, trio_release, trio_suggestions
from matching.introductions import IntroductionError
from matching.models import Introduction, IntroductionRules, Invitation, Side, Suggestion
from portal.accounts.models import Organisation
from portal.mail.models import OutgoingMail
from tests.factories import make_curator, make_user
from tests.matching.casts import PETRA, STEFAN, ZOE, mails_to, make_trio, release_trio, sides

pytestmark = pytest.mark.django_db
YES, NO = Invitation.Answer.YES, Invitation.Answer.NO
State = Introduction.State
TOGETHER = (
    "Telgte sucht Wissen zu „Klima und Nachhaltigkeit“, Zentrum Beispiel bringt es mit, Kammer Beispiel trägt es in "
    "die Betriebe."
)


def key(city):
    [trio] = trio_suggestions.of_city(city)
    return trio_release.key_of(trio)


def alone(address):
    """Subjects of the mails that say that an introduction goes on without the third."""
    return list(OutgoingMail.objects.filter(to=address, key__startswith="alone:").values_list("subject", flat=True))


def body(address, key="invitation"):
    return " ".join(OutgoingMail.objects.filter(to=address, key__startswith=key).first().body.split())


# --- Release --------------------------------------------------------------------------------------------------
def test_both_introductions_begin_and_name_each_other():
    centre, chamber = release_trio()
    assert (centre.linked_to, chamber.linked_to) == (chamber, centre)
    assert [str(each.third) for each in (centre, chamber)] == ["Kammer Beispiel", "Zentrum Beispiel"]
    assert not Suggestion.objects.open().exists()
    assert [len(mails_to(address)) for address in (ZOE, PETRA, STEFAN)] == [1, 1, 1]


def test_each_mail_names_the_third_organisation_and_what_the_three_could_do_and_no_contact():
    release_trio()
    assert f"Zu dritt mit Kammer Beispiel: {TOGETHER} Auch Kammer Beispiel wird gefragt." in body(ZOE)
    assert f"Zu dritt mit Zentrum Beispiel: {TOGETHER} Auch Zentrum Beispiel wird gefragt." in body(PETRA)
    people = {ZOE, PETRA, STEFAN}
    for mail in OutgoingMail.objects.all():
        assert TOGETHER in " ".join(mail.body.split())
        assert not [address for address in people - {mail.to} if address in mail.body]


@pytest.mark.parametrize(
    ("change", "missing"),
    [({"confirmed_at": None}, "noch nicht bestätigt"), ({"paused_until": timezone.localdate()}, "macht Pause bis")],
)
@pytest.mark.parametrize("name", ["Zentrum Beispiel", "Kammer Beispiel", "Telgte"])
def test_where_one_may_not_be_introduced_nothing_is_released(name, change, missing):
    _centre, _partner, city = make_trio()
    Organisation.objects.filter(name=name).update(**change)
    with pytest.raises(IntroductionError, match=f"{name} .*{missing}"):
        trio_release.release(key(city), by=make_curator())
    assert not Introduction.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert Suggestion.objects.open().count() == 2


def test_a_town_needs_room_for_both():
    _centre, _partner, city = make_trio()
    Organisation.objects.filter(city=city).update(capacity=1)
    with pytest.raises(IntroductionError, match="zu dritt sind es zwei"):
        trio_release.release(key(city), by=make_curator())
    assert not Introduction.objects.exists()


def test_a_trio_of_which_one_suggestion_was_decided_is_refused():
    _centre, partner, city = make_trio()
    before = key(city)
    introductions.release(Suggestion.objects.get(partner=partner), by=make_curator())
    with pytest.raises(IntroductionError, match="gibt es so nicht mehr"):
        trio_release.release(before, by=make_curator("anders@office.example"))
    assert Introduction.objects.count() == 1


def test_a_trio_that_never_was_is_refused():
    with pytest.raises(IntroductionError, match="gibt es so nicht mehr"):
        trio_release.release((1, 2, "unsinn"), by=make_curator())


def test_only_the_office_releases_a_trio():
    _centre, _partner, city = make_trio()
    with pytest.raises(IntroductionError, match="nur die Geschäftsstelle"):
        trio_release.release(key(city), by=make_user("fremd@verein.example"))


# --- One ends without contact -----------------------------------------------------------------------------------
def decline(introduction, side=Side.PARTNER):
    introductions.answer(introduction.invitations.get(side=side), NO, reason="topic", comment="Nie wieder")


def expire(introduction):
    with transaction.atomic():
        introductions.expire(case_locks.lock(introduction.pk))


def withdraw(introduction):
    introductions.withdraw(introduction, by=make_curator("zurueck@office.example"), reason="Geheim")


@pytest.mark.parametrize("ending", [decline, expire, withdraw])
def test_however_one_ends_the_other_goes_on_and_its_sides_hear_the_same_neutral_sentence(ending):
    centre, chamber = release_trio()
    ending(centre)
    chamber.refresh_from_db()
    assert chamber.state == State.ASKED
    assert chamber.third is None
    assert "third" not in [fact["kind"] for fact in chamber.reasons]
    assert len(chamber.reasons) >= 2
    assert alone(PETRA) == ["Telgte: weiter zu zweit"]
    assert alone(STEFAN) == ["Kammer Beispiel: weiter zu zweit"]
    assert alone(ZOE) == []
    assert (
        "der gemeinsame Vorschlag mit Zentrum Beispiel kommt nicht zustande; die Vermittlung zwischen Kammer Beispiel "
        "und Telgte geht unverändert weiter."
    ) in body(PETRA, "alone")
    assert not any(secret in body(PETRA, "alone") for secret in ("Thema", "Nie wieder", "Geheim", "abgelaufen"))


def test_the_other_one_still_comes_to_its_own_end():
    centre, chamber = release_trio()
    decline(centre)
    for invitation in sides(chamber):
        introductions.answer(invitation, YES)
    chamber.refresh_from_db()
    assert chamber.state == State.CONNECTED
    assert "Zu dritt" not in body(PETRA, "contacts")


def test_a_town_that_refuses_both_hears_of_neither_going_on_after_the_second():
    centre, chamber = release_trio()
    decline(centre, Side.CITY)
    decline(chamber, Side.CITY)
    assert len(alone(STEFAN)) == 1  # after the first no, when the second introduction still went on
    assert alone(ZOE) == []


def test_both_may_run_out_at_once():
    centre, chamber = release_trio()
    late = max(each.expires_at for each in (centre, chamber)) + timedelta(minutes=1)
    assert carrying_on.carry_on_due(now=late) == 2
    assert set(Introduction.objects.values_list("state", flat=True)) == {State.EXPIRED}


def test_whoever_was_not_asked_yet_is_not_told_and_later_reads_nothing_of_a_third():
    IntroductionRules.objects.update(ask_first=Side.PARTNER)
    centre, chamber = release_trio()
    decline(centre)
    assert alone(STEFAN) == []
    introductions.answer(chamber.invitations.get(side=Side.PARTNER), YES)
    assert "Zu dritt" not in body(STEFAN)


def test_a_contact_that_leads_to_nothing_later_leaves_the_link():
    centre, chamber = release_trio()
    for introduction in (centre, chamber):
        for invitation in sides(introduction):
            introductions.answer(invitation, YES)
    introductions.report(centre, State.NO_COOPERATION, by=make_curator("bericht@office.example"))
    chamber.refresh_from_db()
    assert str(chamber.third) == "Zentrum Beispiel"
    assert alone(PETRA) == []


def test_a_contact_that_was_made_stays_when_the_other_one_is_declined():
    centre, chamber = release_trio()
    for invitation in sides(chamber):
        introductions.answer(invitation, YES)
    decline(centre)
    chamber.refresh_from_db()
    assert chamber.state == State.CONNECTED
    assert len(alone(PETRA)) == 1


def test_an_introduction_of_two_ends_as_before():
    _centre, partner, _city = make_trio()
    introduction = introductions.release(Suggestion.objects.get(partner=partner), by=make_curator())
    assert introduction.third is None
    decline(introduction)
    assert alone(STEFAN) == []


def test_after_a_no_the_pair_is_suggested_no_more_and_the_trio_with_it():
    centre, chamber = release_trio()
    decline(centre)
    withdraw(chamber)
    suggestions.refresh_all()
    assert trio_suggestions.everywhere() == []


def test_a_name_on_several_lines_makes_no_header():
    _centre, _partner, city = make_trio()
    Organisation.objects.filter(name="Kammer Beispiel").update(name="Kammer\nBeispiel")
    centre, _chamber = trio_release.release(key(city), by=make_curator())
    decline(centre)
    assert alone(STEFAN) == ["Kammer Beispiel: weiter zu zweit"]
