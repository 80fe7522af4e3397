"""Whether an address has an account is not to be seen from the work an answer takes; other tests compare the pages."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher

from tests.factories import make_user

pytestmark = pytest.mark.django_db
JOIN = "/mitmachen/partner/"


class CountedHasher(MD5PasswordHasher):
    """With Argon2 each of these runs takes a third of a second, and everything else next to nothing."""

    runs = 0

    def encode(self, password, salt):
        CountedHasher.runs += 1
        return super().encode(password, salt)


@pytest.fixture
def hash_runs(client, settings, towns, partner_form):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountedHasher"]

    def count(address, **changes):
        client.cookies.clear()
        CountedHasher.runs = 0
        assert client.post(JOIN, partner_form(email=address, **changes)).url == "/konto/confirm-email/"
        return CountedHasher.runs

    return count


def test_a_new_address_and_a_known_one_cost_one_hash_each(hash_runs):
    make_user("alt@verein.example")
    assert hash_runs("neu@verein.example") == 1
    assert hash_runs("alt@verein.example") == 1


def test_so_does_the_same_form_again_with_the_right_and_with_a_wrong_password(hash_runs):
    hash_runs("neu@verein.example")
    assert hash_runs("neu@verein.example") == 1
    assert hash_runs("neu@verein.example", password1="ein anderes Passwort") == 1
    assert hash_runs("neu@verein.example", form_id="c" * 32) == 1
