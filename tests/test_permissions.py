"""Who may open what: one table over every address of the portal. A new address without a row fails.

nobody: not signed in · petra: of the partner, and of a new company that is not public · stefan: of the town · clara: of
another town · clerk: of the office, but without a second factor · office. `302` leads elsewhere: nobody to the sign-in,
clerk to setting up the second factor.
A stranger gets the same 404 for what is not theirs as for what does not exist.
"""

import re

import pytest
from django.contrib import admin
from django.urls import URLPattern, get_resolver, resolve

from cities.models import ProjectPicture
from matching import introductions, proposals, suggestions, tokens
from matching.models import Side, Suggestion
from partners import invitations
from portal.accounts import consents
from portal.accounts.models import Purpose
from tests.factories import (
    make_affiliation,
    make_city,
    make_company,
    make_curator,
    make_network,
    make_partner,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db

# What stands in an address for what the world below has.
TEXTS = ("token", "unsubscribe", "picture", "company_invitation")
NUMBERS = ("introduction", "own", "member", "affiliation", "invitation_pk", "proposal")
ROLES = ["nobody", "petra", "stefan", "clara", "clerk", "office"]
GET = """
/                                             200  200  200  200  302  200
/staedte/                                     200  200  200  200  302  200
/staedte/telgte/                              200  200  200  200  302  200
/staedte/gibt-es-nicht/                       404  404  404  404  302  404
/partner/                                     200  200  200  200  302  200
/partner/kammer-beispiel/                     200  200  200  200  302  200
/partner/wartet-noch/                         404  404  404  404  302  200
/projekte/                                    200  200  200  200  302  200
/projekte/neu/                                302  404  200  200  302  404
/projekte/lastenrader/                        200  200  200  200  302  200
/projekte/entwurf/                            404  404  200  404  302  200
/projekte/lastenrader/bild/{picture}/         200  200  200  200  302  200
/projekte/entwurf/bild/{picture}/             404  404  404  404  302  404
/projekte/lastenrader/bild/abc/               404  404  404  404  302  404
/regionen/                                    200  200  200  200  302  200
/regionen/nw/                                 200  200  200  200  302  200
/regionen/05570/                              200  200  200  200  302  200
/regionen/nw/blatt.pdf                        200  200  200  200  302  200
/regionen/0515/                               404  404  404  404  302  404
/karte/                                       200  200  200  200  302  200
/netzwerke/                                   200  200  200  200  302  200
/netzwerke/om-netzwerk-munsterland/          200  200  200  200  302  200
/netzwerke/netz-wartet/                       404  404  404  404  302  200
/netzwerke/om-netzwerk-munsterland/mitglied-werden/  302  405  405  405  302  405
/unternehmen/                                 200  200  200  200  302  200
/unternehmen/tischlerei-muster/               404  200  404  404  302  200
/mitmachen/unternehmen/                       200  200  200  200  302  200
/einladung/{company_invitation}/              200  200  200  200  302  200
/einladung/falsch/                            404  404  404  404  302  404
/mein/unternehmen/tischlerei-muster/          302  200  404  404  302  404
/mein/unternehmen/tischlerei-muster/bestaetigen/ 302 405 405 405 302 405
/mein/partner/kammer-beispiel/unternehmen/    302  200  404  404  302  404
/mein/partner/kammer-beispiel/einladungen/{invitation_pk}/zurueckziehen/ 302 405 405 405 302 405
/impressum/                                   200  200  200  200  302  200
/datenschutz/                                 200  200  200  200  302  200
/barrierefreiheit/                            200  200  200  200  302  200
/leichte-sprache/                             200  200  200  200  302  200
/datenquellen/                                200  200  200  200  302  200
/orte/                                        200  200  200  200  302  200
/health/live                                  200  200  200  200  200  200
/health/ready                                 200  200  200  200  200  200
/antwort/{token}/                             200  200  200  200  200  200
/antwort/falsch/                              404  404  404  404  404  404
/antwort/{token}/anruf-partner.ics            404  404  404  404  404  404
/antwort/falsch/anruf-partner.ics             404  404  404  404  404  404
/abmelden/{unsubscribe}/                      200  200  200  200  200  200
/abmelden/falsch/                             404  404  404  404  404  404
/zustellung/                                  404  404  404  404  404  404
/mitmachen/                                   200  200  200  200  302  200
/mitmachen/partner/                           200  200  200  200  302  200
/mitmachen/partner/vorschau/                  405  405  405  405  302  405
/mitmachen/stadt/                             200  200  200  200  302  200
/mitmachen/code/                              200  200  200  200  302  200
/mitmachen/verwerfen/                         302  405  405  405  302  405
/mitmachen/geschafft/                         302  200  302  302  302  302
/mein/                                        302  200  200  200  302  200
/mein/partner/kammer-beispiel/                302  200  404  404  302  404
/mein/partner/wartet-noch/                    302  404  404  404  302  404
/mein/partner/kammer-beispiel/bestaetigen/    302  405  405  405  302  405
/mein/stadt/telgte/                           302  404  200  404  302  404
/mein/stadt/telgte/bestaetigen/               302  405  405  405  302  405
/mein/netzwerk/neu/                           302  200  404  404  302  404
/mein/netzwerk/om-netzwerk-munsterland/      302  200  404  404  302  404
/mein/netzwerk/netz-wartet/                   302  404  404  404  302  404
/mein/netzwerk/om-netzwerk-munsterland/bestaetigen/  302  405  405  405  302  405
/mein/netzwerk/om-netzwerk-munsterland/mitglieder/   302  200  404  404  302  404
/mein/netzwerk/om-netzwerk-munsterland/uebergeben/   302  405  405  405  302  405
/mein/zugehoerigkeiten/{affiliation}/zustimmen/  302  405  405  405  302  405
/mein/zugehoerigkeiten/{affiliation}/beenden/    302  405  405  405  302  405
/mein/vermittlungen/{introduction}/           302  200  200  404  302  302
/mein/vermittlungen/999999/                   302  404  404  404  302  404
/mein/vermittlungen/{introduction}/anruf-partner.ics  302  404  404  404  302  404
/mein/anfragen/kammer-beispiel/telgte/        302  200  200  404  302  404
/mein/anfragen/wartet-noch/telgte/            302  404  404  404  302  404
/mein/projekte/lastenrader/                   302  404  200  404  302  404
/mein/projekte/gibt-es-nicht/                 302  404  404  404  302  404
/mein/projekte/lastenrader/bild/              302  404  200  404  302  404
/mein/projekte/lastenrader/bestaetigen/       302  404  200  404  302  404
/mein/projekte/lastenrader/senden/            302  404  302  404  302  404
/mein/projekte/lastenrader/unsinn/            302  404  404  404  302  404
/mein/personen/{own}/                         302  200  404  404  302  404
/mein/personen/999999/                        302  404  404  404  302  404
/mein/personen/{own}/einladen/                302  405  405  405  302  405
/mein/personen/{own}/verlassen/               302  405  405  405  302  405
/mein/personen/{own}/code/1/                  302  405  405  405  302  405
/mein/personen/{own}/{member}/rolle/          302  405  405  405  302  405
/mein/personen/{own}/{member}/fragen/         302  405  405  405  302  405
/mein/personen/{own}/{member}/entfernen/      302  405  405  405  302  405
/projekte/lastenrader/angebot/                302  200  200  200  302  200
/projekte/entwurf/angebot/                    302  404  200  404  302  200
/staedte/telgte/idee/                         302  200  200  200  302  200
/staedte/gibt-es-nicht/idee/                  302  404  404  404  302  404
/mein/angebote/{proposal}/                    302  404  200  404  302  302
/mein/angebote/999999/                        302  404  404  404  302  404
/mein/einwilligungen/                         302  200  200  200  302  200
/mein/einwilligungen/bestaetigen/             302  302  302  302  302  302
/mein/einwilligungen/newsletter/widerrufen/   302  405  405  405  302  405
/mein/adresse-erreichbar/                     302  405  405  405  302  405
/mein/daten/                                  302  200  200  200  302  200
/mein/daten/loeschen/                         302  200  200  200  302  200
/mein/passkey-hinweis/                        302  405  405  405  302  405
/konto/signup/                                302  302  302  302  302  302
/konto/login/                                 200  302  302  302  302  302
/konto/logout/                                302  200  200  200  200  200
/konto/inactive/                              200  200  200  200  200  200
/konto/reauthenticate/                        302  200  200  200  200  200
/konto/email/                                 302  200  200  200  200  200
/konto/confirm-email/                         302  302  302  302  302  302
/konto/password/change/                       302  200  200  200  200  200
/konto/password/set/                          302  302  302  302  302  302
/konto/password/reset/                        200  200  200  200  200  200
/konto/password/reset/confirm/                302  302  302  302  302  302
/konto/password/reset/complete/               302  302  302  302  302  302
/konto/password/reset/done/                   200  200  200  200  200  200
/konto/login/code/confirm/                    302  302  302  302  302  302
/konto/2fa/                                   302  200  200  200  200  200
/konto/2fa/authenticate/                      302  302  302  302  302  302
/konto/2fa/reauthenticate/                    302  302  302  302  302  200
/konto/2fa/totp/activate/                     302  302  302  302  302  302
/konto/2fa/totp/deactivate/                   302  404  404  404  404  302
/konto/2fa/recovery-codes/                    302  404  404  404  404  404
/konto/2fa/recovery-codes/generate/           302  302  302  302  302  302
/konto/2fa/recovery-codes/download/           302  404  404  404  404  404
/konto/2fa/webauthn/                          302  200  200  200  200  200
/konto/2fa/webauthn/add/                      302  302  302  302  302  302
/konto/2fa/webauthn/reauthenticate/           302  302  302  302  302  302
/konto/2fa/webauthn/keys/1/remove/            302  302  302  302  302  302
/konto/2fa/webauthn/keys/1/edit/              302  302  302  302  302  302
/konto/2fa/webauthn/login/                    302  302  302  302  302  302
"""
POST = """
/antwort/{token}/                             400  400  400  400  400  400
/antwort/falsch/                              404  404  404  404  404  404
/abmelden/{unsubscribe}/                      200  200  200  200  200  200
/zustellung/                                  404  404  404  404  404  404
/mein/partner/kammer-beispiel/                302  200  404  404  302  404
/mein/partner/kammer-beispiel/bestaetigen/    302  302  404  404  302  404
/mein/stadt/telgte/                           302  404  200  404  302  404
/mein/stadt/telgte/bestaetigen/               302  404  302  404  302  404
/netzwerke/om-netzwerk-munsterland/mitglied-werden/  302  404  404  404  302  404
/mein/netzwerk/neu/                           302  200  404  404  302  404
/mein/netzwerk/om-netzwerk-munsterland/      302  200  404  404  302  404
/mein/netzwerk/om-netzwerk-munsterland/bestaetigen/  302  302  404  404  302  404
/mein/netzwerk/om-netzwerk-munsterland/mitglieder/   302  200  404  404  302  404
/mein/netzwerk/om-netzwerk-munsterland/uebergeben/   302  302  404  404  302  404
/mein/zugehoerigkeiten/{affiliation}/zustimmen/  302  302  404  404  302  404
/mein/zugehoerigkeiten/{affiliation}/beenden/    302  302  404  404  302  404
/mein/zugehoerigkeiten/999999/zustimmen/         302  404  404  404  302  404
/mein/vermittlungen/{introduction}/           302  400  400  404  302  302
/mein/anfragen/kammer-beispiel/telgte/        302  409  409  404  302  404
/mein/anfragen/wartet-noch/telgte/            302  404  404  404  302  404
/projekte/neu/                                302  404  400  400  302  404
/mein/projekte/lastenrader/                   302  404  400  404  302  404
/mein/projekte/lastenrader/bild/              302  404  400  404  302  404
/mein/projekte/lastenrader/senden/            302  404  302  404  302  404
/mein/projekte/lastenrader/bestaetigen/       302  404  302  404  302  404
/mein/projekte/lastenrader/zurueckziehen/     302  404  302  404  302  404
/mein/projekte/entwurf/erneuern/              302  404  302  404  302  404
/mein/personen/{own}/einladen/                302  400  404  404  302  404
/mein/personen/{own}/verlassen/               302  409  404  404  302  404
/mein/personen/{own}/code/999999/             302  404  404  404  302  404
/mein/personen/{own}/{member}/rolle/          302  400  404  404  302  404
/mein/personen/{own}/{member}/fragen/         302  302  404  404  302  404
/mein/personen/{own}/{member}/entfernen/      302  409  404  404  302  404
/mein/unternehmen/tischlerei-muster/          302  200  404  404  302  404
/mein/unternehmen/tischlerei-muster/bestaetigen/ 302 302 404 404 302 404
/mein/partner/kammer-beispiel/unternehmen/    302  400  404  404  302  404
/mein/partner/kammer-beispiel/einladungen/{invitation_pk}/zurueckziehen/ 302 302 404 404 302 404
/einladung/{company_invitation}/              400  400  400  400  302  400
/einladung/falsch/                            404  404  404  404  302  404
/projekte/lastenrader/angebot/                302  400  400  400  302  400
/projekte/entwurf/angebot/                    302  404  400  404  302  400
/staedte/telgte/idee/                         302  400  400  400  302  400
/mein/angebote/{proposal}/                    302  404  400  404  302  302
/mitmachen/verwerfen/                         302  302  302  302  302  302
/mein/passkey-hinweis/                        302  302  302  302  302  302
/mein/adresse-erreichbar/                     302  302  302  302  302  302
/mein/einwilligungen/newsletter/widerrufen/   302  302  302  302  302  302
/mein/einwilligungen/unsinn/widerrufen/       302  302  302  302  302  302
"""


def rows(table):
    return [(line.split()[0], [int(status) for status in line.split()[1:]]) for line in table.strip().splitlines()]


@pytest.fixture
def world():
    partner, city = make_partner(contact="petra@kammer.example"), make_city("Telgte", contact="stefan@telgte.example")
    make_city("Bocholt", contact="clara@bocholt.example")
    make_partner("Wartet noch", approved=False)
    network = make_network(coordinator=partner)
    network.organisation.memberships.create(user=partner.organisation.contact, role="manager", is_contact=True)
    make_network("Netz wartet", coordinator=partner, approved=False)
    asking = make_affiliation(make_partner("Verband Muster"), network, organisation_agreed=False)
    office = make_curator()
    suggestions.refresh_partner(partner)
    project = make_project(city, "Lastenräder")
    make_project(city, "Entwurf", state="draft")
    ProjectPicture.objects.create(project=project, content=b"x", width=1, height=1, digest="d1", alternative_text="Rad")
    introduction = introductions.release(Suggestion.objects.get(partner=partner, city=city), by=office)
    petra = partner.organisation.contact
    company = make_company(contact="petra@kammer.example", listed=False)
    make_affiliation(partner, company)
    sender = make_company("Malerbetrieb", contact="carl@maler.example")
    carl = sender.organisation.contact
    return {
        "company_invitation": invitations.invite(partner, "Tischlerei", by=petra),
        "invitation_pk": partner.company_invitations.get().pk,
        "people": {
            "petra": petra,
            "stefan": city.organisation.contact,
            "clara": petra.__class__.objects.get(email="clara@bocholt.example"),
            "clerk": make_user("neu@office.example", is_staff=True, is_superuser=True),
            "office": office,
        },
        "introduction": introduction.pk,
        "picture": "d1",
        "own": partner.organisation_id,
        "member": partner.organisation.memberships.get().pk,
        "affiliation": asking.pk,
        "proposal": proposals.offer(sender, project, kinds=["rooms"], message="Gern.", by=carl).pk,
        "token": tokens.issue(introduction.invitations.get(side=Side.CITY)),
        "unsubscribe": consents.unsubscribe_url(petra, Purpose.SUGGESTIONS).rstrip("/").rpartition("/")[2],
    }


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "table"), [("get", GET), ("post", POST)], ids=["GET", "POST"])
def test_every_address_answers_each_role_as_the_table_says(client, world, role, method, table):
    if role != "nobody":
        client.force_login(world["people"][role])
    differing = {}
    for path, statuses in rows(table):
        found = getattr(client, method)(path.format(**world)).status_code
        if found != statuses[ROLES.index(role)]:
            differing[path] = found
    assert differing == {}


def test_no_address_is_missing_in_the_table():
    sample = dict.fromkeys(TEXTS, "x") | dict.fromkeys(NUMBERS, 1)
    in_table = {resolve(path.format(**sample)).route for path, _statuses in rows(GET)}
    assert {route for route in routes(get_resolver()) if not route.startswith("admin/")} == in_table


def test_nobody_but_the_office_opens_any_page_of_the_admin(client, world):
    paths = ["/admin/" + re.sub(r"<[^>]+>", "1", route) for route, _view in admin_pages()]
    for role in ["nobody", "petra", "stefan", "clerk"]:
        client.logout()
        if role != "nobody":
            client.force_login(world["people"][role])
        assert {client.get(path).status_code for path in paths if "jsi18n" not in path} <= {302, 403, 404}


def test_a_public_page_is_public_on_purpose():
    """This list grows only by decision."""
    public = {
        pattern.name
        for pattern in patterns(get_resolver())
        if not getattr(pattern.callback, "login_required", True)
        and not (pattern.name or "account_").startswith(("account_", "mfa_"))
    }
    assert public == {
        "home",
        "city_list",
        "city_detail",
        "partner_list",
        "partner_detail",
        "project_list",
        "project_detail",
        "project_picture",
        "region_list",
        "region_detail",
        "region_handout",
        "map",
        "network_list",
        "network_detail",
        "page",
        "data_sources",
        "place_offers",
        "join",
        "join_partner",
        "join_preview",
        "join_city",
        "join_code",
        "join_company",
        "company_invitation",
        "company_list",
        "company_detail",
        "answer",
        "answer_call",
        "unsubscribe",
        "mail_reports",
        "health_live",
        "health_ready",
        "login",  # of the admin: leads to the sign-in
    }


def test_a_stranger_cannot_tell_foreign_from_missing(client, world):
    client.force_login(world["people"]["clara"])
    foreign = client.get(f"/mein/vermittlungen/{world['introduction']}/")
    missing = client.get("/mein/vermittlungen/999999/")
    assert foreign.content == missing.content


def routes(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def patterns(resolver):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from patterns(pattern)


def admin_pages():
    return [(str(pattern.pattern), pattern.callback) for pattern in patterns_of_admin(admin.site.urls[0])]


def patterns_of_admin(urls, prefix=""):
    for pattern in urls:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from patterns_of_admin(pattern.url_patterns)
