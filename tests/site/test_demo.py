"""The demo world: the same on each run, recognisable as invented, removable, and never where it could do harm."""

import hashlib
from collections import Counter
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from cities.geometry import Place
from cities.models import City, CityActors, CityLink, CityOffer, Municipality, Need, Project, ProjectPicture, Region
from cities.place_names import search_key
from matching import trio_suggestions
from matching.models import Disclosure, Introduction, Proposal, Suggestion
from partners.models import (
    Affiliation,
    Branch,
    Company,
    CompanyInvitation,
    Partner,
    PartnerCategory,
    RegionalNetwork,
    SizeClass,
)
from partners.size_classes import possible_classes
from portal.accounts.models import Membership, OfficeTask, Organisation, User
from portal.mail.models import OutgoingMail
from portal.site import demo
from portal.site.demo_world import OFFICE_EMAIL, PASSWORD
from portal.site.demo_world.partners import SEATS
from tests.factories import make_partner, make_user

REFERENCE_TABLES = {"cities_municipality", "cities_region", "cities_postcodeplace", "django_migrations"}
INVENTED = r"\.example|Muster|Beispiel|Probe[a-z-]|ReKodA-"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The demo world, loaded once for all tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.DEMO", True)
            assert demo.load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo_machine(settings):
    settings.DEMO = True


# The first two come before any that uses `world`, which stays until the last test.
@pytest.mark.django_db
def test_there_is_no_demo_where_the_operator_did_not_ask_for_one(settings):
    settings.DEMO = False
    for arguments in (["demo"], ["demo", "--remove"]):
        with pytest.raises(CommandError, match="DEMO=1"):
            call_command(*arguments)
    assert not User.objects.filter(email=OFFICE_EMAIL).exists()


@pytest.mark.django_db
def test_removal_takes_what_was_tried_in_the_demo_and_leaves_the_real_ones(demo_machine):
    real = make_partner("Kammer Wirklich", seat="Köln")
    Membership.objects.create(user=make_user("frau@kammer.de"), organisation=real.organisation)
    tried = make_partner("Neu Angelegt", seat="Köln", contact="jemand@partner.example")
    network = RegionalNetwork.objects.create(
        organisation=Organisation.objects.create(kind="network", name="Netz"), slug="netz", coordinator=tried
    )
    demo.remove()
    assert list(Partner.objects.all()) == [real]
    assert not RegionalNetwork.objects.filter(pk=network.pk).exists()
    assert Organisation.objects.filter(kind="partner").get() == real.organisation


def test_there_are_60_partners_of_all_categories_in_all_laender(world, db):
    assert Partner.objects.count() == 60
    assert set(Partner.objects.public().values_list("category", flat=True)) == codes(PartnerCategory)
    assert lands(Partner) == set(Region.objects.filter(kind="land").values_list("pk", flat=True))
    assert Partner.objects.filter(organisation__name__contains="ReKodA").count() >= 4
    assert Partner.objects.filter(organisation__in=Organisation.objects.waiting()).count() == 2
    assert Partner.objects.filter(organisation__paused_until__isnull=False).exists()


def test_the_partner_one_can_sign_in_as_works_somewhere_else_on_one_of_its_topics(world, db):
    email = dict(demo.logins())["OM-Partner"]
    partner = Partner.objects.get(organisation__members__email=email)
    (topic,) = partner.topic_areas
    assert partner.topics.filter(pk=topic).exists()
    telgte, bocholt = Municipality.objects.get(name="Telgte"), Municipality.objects.get(name="Bocholt")
    assert partner.topic_areas[topic].contains(Place(telgte.point, (telgte.pk,)))
    assert not partner.topic_areas[topic].contains(Place(bocholt.point, (bocholt.pk,)))


def test_the_seats_are_called_as_the_register_calls_them(world, db):
    names = dict(Municipality.objects.filter(pk__in=[key for key, _name in SEATS]).values_list("pk", "name"))
    for key, name in SEATS:
        assert search_key(names[key]).startswith(search_key(name.split("-")[0]))


def test_there_are_200_companies_of_all_sizes_and_many_branches_in_all_laender(world, db):
    assert Company.objects.count() == 200
    assert set(Company.objects.values_list("size_class", flat=True)) == set(SizeClass.values)
    assert len(set(Company.objects.values_list("branch", flat=True))) >= len(Branch) - 4
    assert len(lands(Company)) == 16
    assert Company.objects.public().count() >= 140
    assert Company.objects.filter(organisation__in=Organisation.objects.waiting()).count() >= 20
    assert Company.objects.filter(organisation__in=Organisation.objects.approved(), listed_at=None).exists()


def test_the_size_of_each_company_fits_its_staff_and_money(world, db):
    for row in Company.objects.all():
        assert row.size_class in possible_classes(row.staff, turnover=row.turnover, balance=row.balance)


def test_a_third_of_the_towns_has_a_marked_profile_and_a_coordinator(world, db):
    towns = City.objects.filter(organisation__is_demo=True)
    assert len(towns) == -(-City.objects.taking_part().count() // 3)
    for town in towns:
        assert town.description.startswith("Beispielangaben")
        assert town.organisation.contact.email.endswith("@stadt.example")
        assert all(rows.exists() for rows in (town.topics, town.skills_missing, town.needs, town.offers, town.links))
        assert set(town.actors.values_list("sector", flat=True)) == set(town.sectors_present)
    assert Membership.objects.filter(organisation__city__in=towns, role="member").exists()


def test_there_are_40_projects_in_every_state(world, db):
    assert Project.objects.count() == 40
    states = Counter(Project.objects.values_list("state", flat=True))
    assert set(states) == set(Project.State.values)
    assert states["published"] > 20
    assert set(Project.objects.exclude(end_reason="").values_list("end_reason", flat=True)) == set(
        Project.EndReason.values
    )
    assert Project.objects.filter(state="draft").exclude(question="").exists()
    assert Project.objects.filter(state="published", warned_at__isnull=False).exists()
    assert Project.objects.running(timezone.localdate()).published().exists()


def test_the_pictures_are_described_and_drawn_at_the_size_they_state(world, db):
    for picture in ProjectPicture.objects.all():
        assert picture.alternative_text.startswith("Zeichnung: ")
        assert picture.digest == hashlib.sha256(picture.content).hexdigest()
        assert bytes(picture.content)[8:12] == b"WEBP"
    assert ProjectPicture.objects.count() >= 10


def test_there_are_two_networks_with_members_in_every_state(world, db):
    assert RegionalNetwork.objects.public().count() == 2
    for network in RegionalNetwork.objects.all():
        rows = Affiliation.objects.filter(organisation=network.organisation)
        assert network.area_parts.exists()
        assert rows.holding().filter(partner=network.coordinator).exists()
        assert network.organisation.contact == network.coordinator.organisation.contact
        assert in_every_state(rows)


def test_companies_are_advised_and_invited_in_every_state(world, db):
    assert in_every_state(Affiliation.objects.filter(organisation__kind="company"))
    invitations = CompanyInvitation.objects.all()
    assert invitations.usable().exists()
    assert invitations.filter(used_at__isnull=False, company__isnull=False).exists()
    assert invitations.filter(withdrawn_at__isnull=False).exists()
    assert invitations.filter(expires_at__lt=timezone.now(), used_at=None).exists()


def test_one_trio_has_begun_and_others_wait_for_the_office(world, db):
    centre, relay = Introduction.objects.filter(linked_to__isnull=False).order_by("pk")
    assert (centre.third, relay.third) == (relay.partner, centre.partner)
    assert centre.city == relay.city
    assert OutgoingMail.objects.filter(body__contains="Zu dritt mit").count() == 3  # the town reads of both in one mail
    assert [trio for trio in trio_suggestions.everywhere() if not trio.missing]


def test_introductions_are_in_every_state_and_begun_by_everybody(world, db):
    assert set(Introduction.objects.values_list("state", flat=True)) == set(Introduction.State.values)
    assert set(Introduction.objects.values_list("initiated_by", flat=True)) == {"", "partner", "city"}
    assert Introduction.objects.filter(project__isnull=False, initiated_by="partner").exists()
    assert OfficeTask.objects.filter(kind="contact").exists()
    assert Suggestion.objects.filter(state="rejected").exists()
    assert Suggestion.objects.open().exists()
    assert not Introduction.objects.filter(state="asked", expires_at__lt=timezone.now()).exists()
    assert not City.objects.filter(organisation__paused_until__gte=timezone.localdate()).exists()


def test_whoever_agreed_has_got_the_contact_of_the_other(world, db):
    for row in Introduction.objects.filter(state__in=Introduction.AGREED):
        assert row.asked_at <= row.connected_at <= timezone.now()
        assert set(row.disclosures.values_list("side", flat=True)) == {"partner", "city"}
    for row in Proposal.objects.filter(state="accepted"):
        assert set(row.disclosures.values_list("side", flat=True)) == {"company", "city"}
    others = Introduction.objects.exclude(state__in=Introduction.AGREED)
    assert not Disclosure.objects.filter(introduction__in=others).exists()


def test_companies_have_proposed_offers_and_ideas_in_every_state(world, db):
    offers = set(Proposal.objects.filter(kind="offer").values_list("state", flat=True))
    ideas = set(Proposal.objects.filter(kind="idea").values_list("state", flat=True))
    assert ideas == set(Proposal.State.values)
    assert offers == ideas - {"changed"}
    for offer in Proposal.objects.filter(kind="offer"):
        assert set(offer.kinds) <= set(offer.project.needs.values_list("kind", flat=True))


def test_everything_invented_is_marked(world, db):
    assert not User.objects.exclude(email__endswith=".example").exists()
    assert not Organisation.objects.filter(is_demo=False).exclude(kind="city").exists()
    for organisation in Organisation.objects.exclude(kind="city"):
        assert any(word in organisation.name for word in ("Muster", "Beispiel", "Probe"))


def test_each_login_has_something_to_see(world, db):
    people = {role: User.objects.get(email=email) for role, email in demo.logins()}
    assert len(people) == 5
    assert all(person.check_password(PASSWORD) for person in people.values())
    partner, town, company = (people[role] for role in ("OM-Partner", "Koordination einer Stadt", "Unternehmen"))
    assert Introduction.objects.visible_to(partner).count() >= 8
    assert Suggestion.objects.visible_to(partner).open().exists()
    assert Affiliation.objects.holding().filter(partner__organisation__members=partner).count() >= 3
    assert Affiliation.objects.waiting_for(partner).count() >= 2
    assert CompanyInvitation.objects.filter(partner__organisation__members=partner).count() == 6
    assert Introduction.objects.visible_to(town).count() >= 6
    assert set(Project.objects.editable_by(town).values_list("state", flat=True)) >= {"draft", "review", "published"}
    assert Proposal.objects.waiting_for(town).exists()
    assert Proposal.objects.waiting_for(company).exists()
    network = people["Koordination eines Netzwerks"].organisations.get(kind="network")
    assert Affiliation.objects.waiting_for(people["Koordination eines Netzwerks"]).filter(organisation=network).exists()


def test_the_demo_world_goes_without_a_trace_and_comes_again_as_it_was(world, db, demo_machine):
    first = digest()
    call_command("demo", "--remove")
    assert traces() == {}
    assert City.objects.count() == 108
    assert set(City.objects.values_list("description", "website", "reach_km", "organisation__capacity")) == {
        ("", "", None, 2)
    }
    assert not Organisation.objects.exclude(kind="city", is_demo=False).exists()
    for model in (Partner, Company, RegionalNetwork, Project, Proposal, Introduction, Suggestion, OutgoingMail, User):
        assert not model.objects.exists()
    for model in (Need, CityOffer, CityActors, CityLink, City.topics.through, City.skills_missing.through, OfficeTask):
        assert not model.objects.exists()
    assert demo.load()
    assert digest() == first


def test_a_second_load_changes_nothing(world, db, demo_machine):
    before = digest()
    assert not demo.load()
    assert digest() == before


def codes(model):
    return set(model.objects.values_list("pk", flat=True))


def lands(model):
    return {seat[:2] for seat in model.objects.values_list("seat", flat=True)}


def in_every_state(rows):
    """Holding, asked by either side, ended."""
    waiting = rows.current()
    return (
        rows.holding().exists()
        and waiting.filter(organisation_agreed_at=None).exists()
        and waiting.filter(partner_agreed_at=None).exists()
        and rows.filter(ended_at__isnull=False).exists()
    )


def digest():
    """Of everything invented, whatever its ids and dates: rows as sorted lists of the texts and numbers they hold."""
    lines = []
    for model in (Organisation, Partner, Company, RegionalNetwork, City, Project, ProjectPicture, Proposal, User):
        relations = [field.name for field in model._meta.many_to_many]
        lines += sorted(line(row) for row in model.objects.prefetch_related(*relations))
    pairs = Introduction.objects.values_list("partner__slug", "city__slug", "state", "initiated_by", "project__slug")
    lines += sorted(map(str, pairs))
    lines += sorted(map(str, Affiliation.objects.values_list("partner__slug", "organisation__name")))
    lines += sorted(map(str, Suggestion.objects.values_list("partner__slug", "city__slug", "points", "state")))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def line(row):
    told = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if not (field.primary_key or field.is_relation or field.name in {"password", "starts_on", "ends_on"}):
            told[field.name] = value is not None if isinstance(value, datetime) else str(value)
    for field in row._meta.many_to_many:
        told[field.name] = sorted(map(str, getattr(row, field.name).all()))
    return str(sorted(told.items()))


def traces():
    """Table → how many of its rows, in whatever column, hold an invented name or address."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - REFERENCE_TABLES
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text ~ %s', [INVENTED])
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}
