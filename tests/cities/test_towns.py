"""What the coordinators say about their town: the form that checks it and the verb that writes it."""

import pytest

from cities import further_links, sectors
from cities.forms import CityForm
from cities.further_links import Link
from cities.models import City, CityActors, Skill, Topic
from cities.towns import CityEntry, update
from portal.accounts.models import Organisation
from portal.accounts.organisations import OrganisationError
from tests.factories import make_city, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return make_city("Telgte", contact="co@telgte.example")


def form(**typed):
    return CityForm({"capacity": "2"} | typed)


def entry(**typed):
    checked = form(**typed)
    assert checked.is_valid(), checked.errors
    return checked.entry()


def links(*rows):
    """What is typed for these rows of a label and an address."""
    return {
        name: value
        for number, (label, url) in enumerate(rows, 1)
        for name, value in ((f"link_{number}_label", label), (f"link_{number}_url", url))
    }


# --- The form -------------------------------------------------------------------------------------------------
def test_a_sector_may_name_who_is_there_and_a_name_alone_counts():
    network = entry(present_business="on", present_science_names="Hochschule Telgte").network
    assert network == {"business": "", "science": "Hochschule Telgte"}


@pytest.mark.parametrize("present", [{"present_business": "on"}, {"present_business_names": "Handwerk e. V."}])
def test_a_sector_is_not_there_and_missing(present):
    checked = form(sectors_missing=["business", "science"], **present)
    assert checked.errors["sectors_missing"] == ["Als vertreten und als fehlend angekreuzt: Wirtschaft."]


def test_offers_and_needs_are_kept_apart():
    said = entry(need_rooms="on", offer_time_note="samstags")
    assert (said.needs, said.offers) == ({"rooms": ""}, {"time": "samstags"})


def test_empty_rows_of_links_do_not_count():
    said = entry(**links(("", ""), ("Verein", "verein.example"), ("", "")))
    assert said.links == (Link("Verein", "https://verein.example"),)


def test_an_address_without_a_label_is_called_by_its_host():
    assert entry(**links(("", "https://www.verein.example/a"))).links[0].label == "verein.example"


def test_a_label_without_an_address_is_an_error_at_the_address():
    checked = form(**links(("", ""), ("Verein", "")))
    assert list(checked.errors) == ["link_2_url"]


@pytest.mark.parametrize("again", ["https://verein.example", "verein.example", "https://verein.example/"])
def test_an_address_stands_there_once(again):
    checked = form(**links(("Verein", "https://verein.example"), ("Noch einmal", again)))
    assert list(checked.errors) == ["link_2_url"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://verein.example", "x" * 10_000, "https://" + "x" * 300]
)
def test_an_address_that_cannot_be_linked_is_refused_and_not_called_missing(url):
    checked = form(**links(("Verein", url)))
    assert list(checked.errors) == ["link_1_url"]
    assert "auch die Adresse" not in str(checked.errors["link_1_url"])


def test_a_sixth_link_is_not_read():
    said = entry(**links(*[(f"Seite {number}", f"https://s{number}.example") for number in range(6)]))
    assert len(said.links) == further_links.MOST


@pytest.mark.parametrize(
    "field", ["host", "host_kind", "description", "present_business_names", "offer_time_note", "link_1_label"]
)
@pytest.mark.parametrize("value", ["x" * 10_000, "a\x00b"])
def test_what_does_not_fit_is_an_error_at_its_field(field, value):
    checked = form(**links(("", "https://verein.example")) | {field: value})
    assert field in checked.errors


@pytest.mark.parametrize(
    ("field", "value"), [("skills_missing", ["gibt-es-nicht"]), ("sectors_missing", ["money"]), ("capacity", "21")]
)
def test_a_choice_that_does_not_exist_is_refused(field, value):
    assert field in form(**{field: value}).errors


# --- The verb -------------------------------------------------------------------------------------------------
def test_the_entry_is_written_in_one_piece_and_comes_back_in_the_form(town):
    skills = tuple(Skill.objects.all()[:2])
    said = CityEntry(
        topics=tuple(Topic.objects.filter(code="digital")),
        needs={"rooms": "ein Saal"},
        offers={"knowledge": "Sprechstunden"},
        network={"civil_society": "Bürgerverein", "administration": ""},
        sectors_missing=("business",),
        skills_missing=skills,
        reach_km=40,
        host="Freiwilligenagentur",
        host_kind="Verein",
        website="https://telgte.example",
        links=(Link("Programm", "https://telgte.example/programm"), Link("Bilder", "https://bilder.example")),
    )
    update(town, said, by=town.organisation.contact)
    town = City.objects.get()
    assert set(town.sectors_present) == {"civil_society", "administration"}
    assert [(row.sector, row.names) for row in town.actors.all()] == [("civil_society", "Bürgerverein")]
    assert set(town.skills_missing.all()) == set(skills)
    assert [(link.label, link.url) for link in town.links.all()] == [tuple(link) for link in said.links]
    filled = {name: value for name, value in CityForm.initial_of(town).items() if value not in (None, False)}
    again = CityForm(filled)
    assert again.is_valid(), again.errors
    assert again.entry().network == {"administration": "", "civil_society": "Bürgerverein"}
    assert again.entry().links == said.links
    assert again.entry().offers == said.offers


def test_what_is_no_longer_said_goes(town):
    person = town.organisation.contact
    first = CityEntry(network={"science": "Hochschule"}, offers={"time": ""}, links=(Link("A", "https://a.example"),))
    update(town, first, by=person)
    update(town, CityEntry(network={"science": ""}), by=person)
    town = City.objects.get()
    assert town.sectors_present == ["science"]
    assert [rows.count() for rows in (town.actors, town.offers, town.links)] == [0, 0, 0]


def test_the_same_entry_again_keeps_its_rows(town):
    said = CityEntry(network={"science": "Hochschule"}, links=(Link("A", "https://a.example"),))
    rows = []
    for _ in range(2):
        update(town, said, by=town.organisation.contact)
        rows.append((town.links.get().pk, town.actors.get().pk))
    assert rows[0] == rows[1]


def test_links_may_change_places(town):
    a, b = Link("A", "https://a.example"), Link("B", "https://b.example")
    for order in ((a, b), (b, a)):
        update(town, CityEntry(links=order), by=town.organisation.contact)
    assert [link.label for link in town.links.all()] == ["B", "A"]


def test_nobody_else_writes_the_entry(town):
    clara = make_city("Bocholt", contact="clara@bocholt.example").organisation.contact
    for person in (clara, make_user()):
        with pytest.raises(OrganisationError):
            update(town, CityEntry(host="Fremd"), by=person)
    assert City.objects.get(pk=town.pk).host == ""
    assert Organisation.objects.get(pk=town.organisation_id).capacity == 2


def test_names_of_a_sector_nobody_ticked_are_shown(town):
    """The office may have entered them in the admin."""
    CityActors.objects.create(city=town, sector="business", names="Werbering")
    assert sectors.shown(town) == [("Wirtschaft", "Werbering")]
