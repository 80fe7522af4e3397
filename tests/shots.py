"""Screenshots of every page, per role and width, of the demo world: `./dev shots [ROLE …]`, into shots/ROLE/.

It reads the demo data of the running database, loads them where they are missing, and prints what is wider than its
window or complains on the console, so that looking begins where it is needed.
"""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

import django

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402  # after the set-up
from django.core.management import call_command  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from django.urls import reverse  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from cities.models import City, Project  # noqa: E402
from matching import tokens  # noqa: E402
from matching.models import Introduction, Invitation, Proposal  # noqa: E402
from partners.models import Company, Partner, RegionalNetwork  # noqa: E402
from portal.accounts.models import Organisation, User  # noqa: E402
from portal.site import demo, demo_world  # noqa: E402
from tests.browser import LAUNCH_ARGUMENTS, Watch, chromium, overflow  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent / "shots"
WIDTHS = (360, 1280)
PUBLIC = [
    "/",
    "/staedte/",
    "/staedte/?ort=Neustadt",
    "/staedte/?ort=Bocholt&umkreis=100",
    "/staedte/?ort=Quxhausen",
    "/staedte/?seite=99",
    "/staedte/bocholt/",
    "/partner/",
    "/partner/?ort=Bocholt",
    "/projekte/",
    "/projekte/?ort=Bocholt&stand=beendet",
    "/netzwerke/",
    "/mitmachen/",
    "/mitmachen/partner/",
    "/mitmachen/stadt/",
    "/mitmachen/code/",
    "/mitmachen/unternehmen/",
    "/unternehmen/",
    "/einladung/gibt-es-nicht/",
    "/konto/login/",
    "/konto/password/reset/",
    "/impressum/",
    "/datenschutz/",
    "/barrierefreiheit/",
    "/leichte-sprache/",
    "/datenquellen/",
    "/gibt-es-nicht/",
    "/antwort/gibt-es-nicht/",
]
MEMBER = [
    "/mein/",
    "/mein/einwilligungen/",
    "/mein/daten/loeschen/",
    "/konto/email/",
    "/konto/password/change/",
    "/konto/2fa/",
    "/konto/2fa/totp/activate/",
    "/konto/2fa/webauthn/add/",
    "/konto/logout/",
]
OFFICE = [
    "/admin/",
    "/admin/matching/suggestion/",
    "/admin/matching/suggestion/zu-dritt/",
    "/admin/matching/introduction/",
    "/admin/accounts/organisation/",
    "/admin/cities/city/",
    "/admin/cities/project/",
    "/admin/partners/partner/",
    "/admin/partners/regionalnetwork/",
    "/admin/partners/affiliation/",
    "/admin/partners/company/",
    "/admin/partners/companyinvitation/",
    "/admin/mail/outgoingmail/",
    "/admin/matching/proposal/",
    "/admin/cities/projectrules/1/change/",
    "/admin/accounts/organisation/importieren/",
]


def main(roles):
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)
    demo.load()
    pages = {role: paths for role, paths in everything().items() if not roles or role in roles}
    with running_server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or chromium(), args=LAUNCH_ARGUMENTS
        )
        for role, (email, paths) in pages.items():
            with browser.new_context(base_url=address, locale="de-DE") as context:
                page = context.new_page()
                if email:
                    sign_in(page, email)
                shoot(page, role, paths, host=address.partition("//")[2])
        browser.close()


def everything():
    """Role → who signs in, and the pages to see."""
    logins = dict(demo.logins())
    people = {
        "partner": logins["OM-Partner"],
        "stadt": logins["Koordination einer Stadt"],
        "unternehmen": logins["Unternehmen"],
        "netzwerk": logins["Koordination eines Netzwerks"],
    }
    project = Project.objects.published().latest("pk")
    more = {
        "partner": ["/staedte/bocholt/", f"/projekte/{project.slug}/"],
        "stadt": ["/projekte/neu/"],
        "unternehmen": [f"/projekte/{project.slug}/", f"/projekte/{project.slug}/angebot/", "/staedte/bocholt/idee/"],
        "netzwerk": ["/mein/netzwerk/neu/"],
    }
    return {
        "besuch": ("", PUBLIC + open_invitations() + public_entries()),
        **{role: (email, MEMBER + own_pages(email) + more[role]) for role, email in people.items()},
        "geschaeftsstelle": (demo_world.OFFICE_EMAIL, OFFICE + changes()),
    }


def public_entries():
    """One of each kind, and a project of each public state."""
    projects = Project.objects.public()
    return [
        *(f"/projekte/{projects.filter(state=state).first().slug}/" for state in ("published", "ended")),
        f"/projekte/{projects.exclude(picture=None).first().slug}/",
        f"/netzwerke/{RegionalNetwork.objects.public().first().slug}/",
        f"/unternehmen/{Company.objects.public().first().slug}/",
    ]


def changes():
    """The office's page of one row of each kind."""
    models = (City, Project, Partner, Company, RegionalNetwork, Organisation, Proposal, Introduction)
    named = [(model, model._meta.label_lower.replace(".", "_")) for model in models]
    return [reverse(f"admin:{name}_change", args=[last(model)]) for model, name in named]


def last(model):
    return model.objects.latest("pk").pk


def own_pages(email):
    user = User.objects.get(email=email)
    paths = [f"/mein/vermittlungen/{row.pk}/" for row in Introduction.objects.visible_to(user)[:4]]
    paths += [f"/mein/angebote/{row.pk}/" for row in Proposal.objects.visible_to(user)[:4]]
    for organisation in user.organisations.all():
        paths += [f"/mein/personen/{organisation.pk}/", *PAGES_OF_KIND[organisation.kind](organisation)]
    return paths


def of_partner(organisation):
    slug = organisation.partner.slug
    mine = [f"/mein/partner/{slug}/", f"/mein/partner/{slug}/unternehmen/", f"/mein/anfragen/{slug}/ahrensburg/"]
    return [*mine, f"/partner/{slug}/"]


def of_town(organisation):
    """Of the town's projects one in each state, and the form of a picture."""
    slug = organisation.city.slug
    projects = {row.state: row.slug for row in organisation.city.projects.all()}
    kept = [f"/projekte/{project}/" for project in projects.values()]
    edited = [f"/mein/projekte/{project}/{page}" for project in projects.values() for page in ("", "bild/")][:2]
    return [f"/mein/stadt/{slug}/", f"/staedte/{slug}/", *kept, *edited]


def of_company(organisation):
    return [f"/mein/unternehmen/{organisation.company.slug}/", f"/unternehmen/{organisation.company.slug}/"]


def of_network(organisation):
    slug = organisation.network.slug
    return [f"/mein/netzwerk/{slug}/", f"/mein/netzwerk/{slug}/mitglieder/", f"/netzwerke/{slug}/"]


PAGES_OF_KIND = {"partner": of_partner, "city": of_town, "company": of_company, "network": of_network}


def open_invitations():
    waiting = Invitation.objects.filter(answer="", introduction__state=Introduction.State.ASKED)[:1]
    return [f"/antwort/{tokens.issue(invitation)}/" for invitation in waiting]


@contextmanager
def running_server():
    """The portal in a thread of this process, with its static files as they lie."""
    thread = LiveServerThread("localhost", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://localhost:{thread.port}"
    finally:
        thread.terminate()


def sign_in(page, email):
    page.goto("/konto/login/")
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(demo_world.PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url(lambda url: "/konto/login/" not in url)
    if "/2fa/" in page.url:
        page.locator("#id_code").fill(demo.office_code())
        page.locator("#id_code").press("Enter")
        page.wait_for_url(lambda url: "/2fa/" not in url)


def shoot(page, role, paths, *, host):
    folder = FOLDER / role
    folder.mkdir(parents=True, exist_ok=True)
    watch = Watch(host)
    watch.attach(page)
    for path in paths:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            response = page.goto(path)
            page.screenshot(path=folder / f"{name_of(path)}-{width}.png", full_page=True)
            report(f"{role} {path} {width} {response.status}", page, watch)


def report(what, page, watch):
    notes = [f"{overflow(page)} px too wide"] if overflow(page) else []
    notes += [error for error in watch.errors if "404" not in error] + watch.foreign
    watch.errors.clear()
    watch.foreign.clear()
    sys.stderr.write(" · ".join([what, *notes]) + "\n")


def name_of(path):
    words = "antwort" if path.startswith("/antwort/") and len(path) > 30 else path.strip("/") or "start"
    return "".join(char if char.isalnum() else "-" for char in words)


if __name__ == "__main__":
    main(sys.argv[1:])
