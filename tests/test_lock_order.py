"""Who locks several things goes the same way as everybody else, so that two people never wait for each other."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cities.models import Project
from cities.slugs import lock_names
from partners import invitations
from partners.imports import import_companies
from partners.models import Company, CompanyInvitation
from portal.accounts.models import Organisation, User
from portal.site import publishing
from tests.cities.sheets import csv
from tests.factories import make_city, make_company, make_curator, make_partner, make_project
from tests.locks import wait_until_somebody_waits
from tests.matching.test_concurrency import on_its_own_connection
from tests.partners.lists import table

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(step):
    """The step begins once the block holds its first locks; its result is in the list when the block is over."""
    results = []
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():

            def begin():
                results.append(pool.submit(on_its_own_connection, step))
                wait_until_somebody_waits()

            yield begin
        results[0].result()


def begin_to_erase(person):
    """The locks with which erasing an account begins."""
    own = Organisation.objects.filter(memberships__user=person).order_by("pk")
    list(own.select_for_update(of=("self",), no_key=True))
    User.objects.select_for_update().get(pk=person.pk)


def test_whoever_wrote_a_project_may_be_erased_while_the_office_publishes_it():
    city = make_city(contact="stefan@telgte.example")
    author, office = city.organisation.contact, make_curator()
    project = make_project(city, state="review", created_by=author)
    with meanwhile(lambda: publishing.publish(project, by=office)) as begin:
        begin_to_erase(author)
        begin()
        Project.objects.filter(created_by=author).update(created_by=None)
    project.refresh_from_db()
    assert (project.state, project.created_by) == ("published", None)


def test_whoever_invited_may_be_erased_while_the_company_comes():
    partner = make_partner(contact="petra@kammer.example")
    inviter, company = partner.organisation.contact, make_company(approved=False)
    invitation = invitations.invitation_of(invitations.invite(partner, "Tischlerei", by=inviter))
    with meanwhile(lambda: invitations.redeem(invitation, company)) as begin:
        begin_to_erase(inviter)
        begin()
        CompanyInvitation.objects.filter(created_by=inviter).update(created_by=None)
    invitation.refresh_from_db()
    assert (invitation.company, invitation.created_by) == (company, None)


def test_a_company_that_pauses_waits_for_names_before_it_is_locked(client):
    company = make_company(contact="carl@tischlerei.example")
    client.force_login(company.organisation.contact)
    until = timezone.localdate() + timedelta(days=10)
    typed = {
        "name": company.name, "seat": "Telgte", "branch": "F", "staff": "20", "size_class": "small",
        "contact": company.organisation.contact.pk, "paused_until": until.isoformat(),
    }  # fmt: skip
    with meanwhile(lambda: client.post(reverse("edit_company", args=[company.slug]), typed)) as begin:
        lock_names(Company)
        begin()
        Organisation.objects.select_for_update().get(pk=company.organisation_id)
    company.organisation.refresh_from_db()
    assert company.organisation.paused_until == until


def test_an_import_waits_for_names_before_it_locks_companies():
    company = make_company(code="KMU-1")
    Organisation.objects.update(confirmed_at=None)
    row = {
        "Kennung": "KMU-1", "Name": company.name, "Sitz": "Telgte", "Größe": "klein", "Beschäftigte": "21",
        "Branche": "F",
    }  # fmt: skip
    content = table(row, {"Kennung": "KMU-2", "Name": "Bäckerei Neu"}, write=csv)
    with meanwhile(lambda: import_companies(content)) as begin:
        lock_names(Company)
        begin()
        Organisation.objects.select_for_update().get(pk=company.organisation_id)
    assert Company.objects.count() == 2
