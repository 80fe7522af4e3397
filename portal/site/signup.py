"""A new account within a registration, by allauth's own steps.

Whether the address has an account already is not to be seen: same page, about the same time, and one mail to the
address. What a stranger typed is never attached to the account of the address; it stays in the browser's own session.
"""

from collections.abc import Callable
from typing import Any, cast

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.signup import complete_signup, prevent_enumeration
from allauth.account.models import EmailAddress, Login
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.accounts.forms import AccountForm
from portal.accounts.models import User

TYPED_KEY = "typed_registration"
Prepare = Callable[[User], None]


def sign_up(request: HttpRequest, account: AccountForm, *, prepare: Prepare, typed: dict[str, Any]) -> HttpResponse:
    """Create the account, `prepare` it in the same transaction, and lead to the code.

    The same form sent again by the same person (double click, back and corrected) goes on with its account.
    """
    if not account.account_already_exists:
        try:
            created = _create(request, account, prepare)
        except IntegrityError:  # the same address was registered between the check and now
            account.account_already_exists = True
        else:
            return _response(complete_signup(request, user=created, redirect_url=reverse("registered")))
    if user := _same_person_again(account, typed["data"]["form_id"]):
        prepare(user)
        login = Login(user=user, email=user.email, signup=True, redirect_url=reverse("registered"))
        return _response(perform_login(request, login))
    request.session[TYPED_KEY] = typed
    return _response(prevent_enumeration(request, email=account.cleaned_data["email"]))


@transaction.atomic
def _create(request: HttpRequest, account: AccountForm, prepare: Prepare) -> User:
    user: User = account.save(request)
    prepare(user)
    return user


def _same_person_again(account: AccountForm, form_id: str) -> User | None:
    """The unconfirmed account this very form made; a password is hashed in any case, so that it takes as long."""
    password = account.cleaned_data["password1"]
    user = User.objects.filter(email=account.cleaned_data["email"], registration_draft__data__form_id=form_id).first()
    if user is None or not form_id or EmailAddress.objects.filter(user=user, verified=True).exists():
        make_password(password)
        return None
    return user if user.check_password(password) else None


def _response(answer: object) -> HttpResponse:
    """allauth has no types."""
    return cast(HttpResponse, answer)
