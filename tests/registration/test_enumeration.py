"""Whether an address has an account is not to be seen from how long the answer takes."""

import statistics
import time

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.django_db
JOIN = "/mitmachen/partner/"
SAMPLES = 7
# Medians of a busy machine; the difference without the extra hash is that of one Argon2 run, many times as much.
MOST_SECONDS_APART = 0.06


def test_a_known_address_takes_as_long_as_a_new_one(client, settings, towns, partner_form):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    for number in range(SAMPLES):
        make_user(f"alt{number}@verein.example")

    def seconds(address):
        client.cookies.clear()
        begun = time.perf_counter()
        assert client.post(JOIN, partner_form(email=address)).url == "/konto/confirm-email/"
        return time.perf_counter() - begun

    seconds("warm@verein.example")
    pairs = [(seconds(f"alt{n}@verein.example"), seconds(f"neu{n}@verein.example")) for n in range(SAMPLES)]
    known, new = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert abs(known - new) < MOST_SECONDS_APART, (known, new)
