"""The people of the proposal tests: Carl of the company, Stefan for the town, Kim in the office."""

from matching import proposals
from portal.accounts.models import User
from portal.mail.models import OutgoingMail
from tests.factories import make_city, make_company, make_project, make_user

CARL = "carl@tischlerei.example"
STEFAN = "stefan@telgte.example"


def make_sides(*, carl=CARL, stefan=STEFAN):
    """A company and a town with a project that looks for rooms and time."""
    company = make_company(contact=carl)
    city = make_city("Telgte", contact=stefan)
    make_project(city, needs=("rooms", "time"))
    User.objects.filter(email=carl).update(first_name="Carl", last_name="Unternehmer", phone="+49 2504 1111")
    User.objects.filter(email=stefan).update(first_name="Stefan", last_name="Städter", phone="+49 2504 2222")
    return company, city


def make_offer(**people):
    company, city = make_sides(**people)
    return send_offer(company, city)


def make_idea(**people):
    company, city = make_sides(**people)
    return send_idea(company, city)


def send_offer(company, city, **fields):
    values = {"kinds": ["rooms"], "message": "Unsere Werkstatt steht samstags leer.", "by": carl_of(company)}
    return proposals.offer(company, city.projects.get(), **values | fields)


def send_idea(company, city, **fields):
    values = {"title": "Reparaturtag", "message": "Wir reparieren, was klemmt.", "by": carl_of(company)}
    return proposals.idea(company, city, **values | fields)


def carl_of(company):
    return company.organisation.contact


def stefan_of(city):
    return city.organisation.contact


def make_colleague(organisation, email):
    """Another member, who is not the contact person."""
    user = make_user(email)
    organisation.memberships.create(user=user)
    return user


def mail(key):
    return OutgoingMail.objects.get(key=key)


def keys_to(address):
    return list(OutgoingMail.objects.filter(to=address).order_by("pk").values_list("key", flat=True))
