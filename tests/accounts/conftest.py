import pytest

from portal.accounts import office
from portal.accounts.models import AccessRequest, OfficeTask, Organisation
from tests.factories import give_contact, make_organisation, make_user


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Argon2 takes a third of a second each time, by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_rows(count):
    """Organisations with a member, a consent, a request and a task each."""
    start = Organisation.objects.count()
    for number in range(start, start + count):
        organisation = make_organisation("partner", f"Kammer {number}")
        give_contact(organisation, f"person{number}@kammer.example")
        AccessRequest.objects.create(user=make_user(f"fragt{number}@kammer.example"), organisation=organisation)
        office.open_task(f"task:{number}", OfficeTask.Kind.CONTACT, organisation=organisation, text="Anrufen")
