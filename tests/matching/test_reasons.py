import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cities.models import Need
from matching import candidates, reasons
from partners.models import Offer, Partner, ServiceAreaPart
from tests.factories import give_contact, make_city, make_municipality, make_partner

pytestmark = pytest.mark.django_db


def texts(partner, city):
    return [reason.text for reason in candidates.assess(partner, city).reasons]


def kinds(partner, city):
    return [fact["kind"] for fact in candidates.assess(partner, city).facts]


def make_partner_with_key(key, seat="Köln", **fields):
    partner = make_partner(seat=seat, radius_km=None, **fields)
    ServiceAreaPart.objects.create(partner=partner, key=key)
    return partner


# --- Where the two are ----------------------------------------------------------------------------------------
def test_a_seat_in_the_town_is_said_shortly():
    assert texts(make_partner(seat="Telgte"), make_city())[0] == "Kammer Beispiel hat den Sitz in Telgte."


def test_a_seat_in_the_municipality_of_a_town_of_another_name():
    city = make_city("Berlin")
    city.organisation.name = "Berlin-Schöneweide"
    city.organisation.save()
    assert texts(make_partner(seat="Berlin"), city)[0] == (
        "Kammer Beispiel hat den Sitz in Berlin, in derselben Gemeinde wie Berlin-Schöneweide."
    )


def test_a_seat_in_the_same_kreis():
    partner, city = make_partner(), make_city()
    neighbour = make_municipality("Telgte")
    neighbour.pk, neighbour.name, neighbour.latitude = "05570004", "Ahlen", 51.763
    neighbour.save(force_insert=True)
    Partner.objects.filter(pk=partner.pk).update(seat=neighbour)
    assert texts(partner, city)[0] == (
        "Kammer Beispiel hat den Sitz in Ahlen, im selben Kreis wie Telgte und 24\u00a0km entfernt."
    )


def test_a_nearer_circle_is_what_the_distance_counts_from():
    partner = make_partner(seat="Köln", radius_km=None)
    ServiceAreaPart.objects.create(partner=partner, centre=make_municipality("Münster"), radius_km=50)
    assert texts(partner, make_city())[0] == (
        "Telgte liegt 11\u00a0km von Münster entfernt, der Mitte des Einzugsgebiets von Kammer Beispiel."
    )


def test_less_than_a_kilometre_is_not_called_nought():
    assert (reasons.km(0.4), reasons.km(1), reasons.km(11.5)) == ("weniger als 1\u00a0km", "1\u00a0km", "12\u00a0km")


# --- What they share, give and complete -----------------------------------------------------------------------
def test_everything_that_can_be_said_makes_four_sentences():
    partner = make_partner(topics=("climate", "youth", "digital"))
    city = make_city(topics=("youth", "climate", "health"), sectors_missing=["business"])
    for kind in ("rooms", "knowledge", "time"):
        Offer.objects.create(partner=partner, kind=kind)
        Need.objects.create(city=city, kind=kind)
    assert texts(partner, city) == [
        "Kammer Beispiel hat den Sitz in Münster, 11\u00a0km von Telgte entfernt.",
        "Kammer Beispiel und Telgte haben 2 gemeinsame Themen: „Kinder, Jugend, Bildung“, „Klima und Nachhaltigkeit“.",
        "Telgte sucht Zeit, Wissen und Räume, Kammer Beispiel bietet das an.",
        "Im Netzwerk von Telgte fehlt der Bereich Wirtschaft, zu dem Kammer Beispiel gehört.",
    ]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("05570044", "Telgte gehört zum Einzugsgebiet von Kammer Beispiel: Telgte."),
        ("05570", "Telgte gehört zum Einzugsgebiet von Kammer Beispiel: Kreis Warendorf."),
        ("055", "Telgte gehört zum Einzugsgebiet von Kammer Beispiel."),
        ("05", "Telgte gehört zum Einzugsgebiet von Kammer Beispiel: Nordrhein-Westfalen."),
    ],
)
def test_where_nothing_else_can_be_said_the_area_is_the_second_reason(key, sentence):
    assert texts(make_partner_with_key(key), make_city(topics=()))[1:] == [sentence]


def test_the_area_of_a_circle_and_of_all_germany():
    city = make_city(topics=())
    nationwide = make_partner("Bund", radius_km=None)
    ServiceAreaPart.objects.create(partner=nationwide, nationwide=True)
    assert texts(nationwide, city)[1] == "Bund arbeitet bundesweit, also auch in Telgte."
    assert texts(make_partner("Kreis", radius_km=50), city)[1] == (
        "Telgte gehört zum Einzugsgebiet von Kreis: 50\u00a0km um Münster."
    )


def test_nothing_is_claimed_that_is_not_so():
    partner, city = make_partner(topics=("youth",)), make_city("Berlin")
    Offer.objects.create(partner=partner, kind="rooms")
    Need.objects.create(city=city, kind="time")
    assert texts(partner, city)[1:] == ["Berlin liegt außerhalb des Einzugsgebiets von Kammer Beispiel."]


# --- Where to correct it --------------------------------------------------------------------------------------
def test_each_reason_names_the_entry_and_field_it_rests_on():
    partner = make_partner(topics=("climate",))
    city = make_city(sectors_missing=["business"])
    Offer.objects.create(partner=partner, kind="rooms")
    Need.objects.create(city=city, kind="rooms")
    stored = candidates.assess(partner, city).facts

    def sources(side):
        return [(each.source_entry, each.source_field) for each in reasons.sentences(stored, side=side)]

    assert sources("") == [
        ("partner", "seat"),
        ("partner", "topics"),
        ("city", "need_rooms"),
        ("city", "sectors_missing"),
    ]
    assert sources("partner") == [
        ("partner", "seat"),
        ("partner", "topics"),
        ("partner", "offer_rooms"),
        ("partner", "sector"),
    ]
    assert sources("city") == [
        ("partner", "seat"),
        ("city", "topics"),
        ("city", "need_rooms"),
        ("city", "sectors_missing"),
    ]


def test_not_so_leads_to_exactly_that_field():
    [place, topics] = reasons.sentences(candidates.assess(make_partner(), make_city()).facts, side="city")
    assert place.correct_url == reverse("edit_partner", args=["kammer-beispiel"]) + "#id_seat"
    assert topics.correct_url == reverse("edit_city", args=["telgte"]) + "#id_topics"


@pytest.mark.parametrize(
    ("part", "field"),
    [({"radius_km": 50}, "radius_km"), ({"key": "05570"}, "area"), ({"nationwide": True}, "nationwide")],
)
def test_each_kind_of_area_has_a_field_of_its_own(part, field):
    partner = make_partner(radius_km=None)
    centre = {"centre": partner.seat} if "radius_km" in part else {}
    ServiceAreaPart.objects.create(partner=partner, **part, **centre)
    assert candidates.assess(partner, make_city(topics=())).reasons[1].source_field == field


def test_every_field_is_on_the_page_it_leads_to(client):
    partner, city = make_partner(contact="a@kammer.example"), make_city()
    give_contact(city.organisation, "a@kammer.example")
    client.force_login(partner.organisation.contact)
    fields = {
        reverse("edit_partner", args=[partner.slug]): "seat area radius_km nationwide topics sector offer_rooms",
        reverse("edit_city", args=[city.slug]): "topics sectors_missing need_rooms",
    }
    for page, names in fields.items():
        html = client.get(page).content.decode()
        assert [name for name in names.split() if f'id="id_{name}"' not in html] == []


def test_facts_survive_storing_and_an_unknown_kind_is_left_out():
    stored = candidates.assess(make_partner(), make_city()).facts
    assert len(reasons.sentences([*stored, {"kind": "of another time"}])) == 2


def test_a_name_with_braces_is_only_a_name():
    assert texts(make_partner("Werk {0} & {city}"), make_city())[0].startswith("Werk {0} & {city} hat den Sitz")


@given(st.lists(st.sampled_from(["Zeit", "Wissen", "Räume"]), min_size=1, max_size=3, unique=True))
def test_words_are_joined_as_in_german(words):
    joined = reasons._and(words)
    assert joined.count(" und ") == (len(words) > 1)
    assert all(word in joined for word in words)
