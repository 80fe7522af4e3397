"""Export and deletion by oneself, after saying once more who one is."""

import json

import pytest
from django.urls import reverse

from portal.accounts.models import Membership, User
from tests.factories import make_partner, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "ein langes Passwort"


@pytest.fixture
def kim(client, towns):
    make_partner(contact="kim@kammer.example")
    client.post("/konto/login/", {"login": "kim@kammer.example", "password": PASSWORD})
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    return User.objects.get(email="kim@kammer.example")


def test_the_export_holds_what_is_known_about_me_and_nobody_else(client, kim):
    make_user("andere@verein.example")
    assert client.get(reverse("export_data")).status_code == 200
    answer = client.post(reverse("export_data"))
    text = json.dumps(json.loads(answer.content), ensure_ascii=False)
    assert "kim@kammer.example" in text
    assert "Kammer Beispiel" in text
    assert "andere@verein.example" not in text
    assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("page", ["export_data", "delete_account"])
def test_who_did_not_just_give_the_password_is_asked_for_it_and_then_goes_on(client, kim, page):
    client.cookies.clear()
    client.force_login(kim)
    answer = client.post(reverse(page), {"sure": "yes"})
    assert answer.url.startswith("/konto/reauthenticate/")
    assert User.objects.filter(email="kim@kammer.example").exists()
    client.post(answer.url, {"password": PASSWORD})
    assert User.objects.filter(email="kim@kammer.example").exists() == (page == "export_data")


def test_deleting_takes_a_tick(client, kim):
    assert client.post(reverse("delete_account")).status_code == 400
    assert User.objects.filter(email="kim@kammer.example").exists()


def test_a_deleted_person_is_gone_and_signed_out_and_the_entry_stays(client, kim):
    assert "Kammer Beispiel" in client.get(reverse("delete_account")).text
    answer = client.post(reverse("delete_account"), {"sure": "yes"})
    assert answer.url == reverse("home")
    assert not User.objects.filter(email="kim@kammer.example").exists()
    assert not Membership.objects.exists()
    assert client.get(reverse("dashboard")).url.startswith("/konto/login/")
