"""What happened between partners and towns, oldest first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoIntroduction:
    """An introduction that began some days ago and has come so far.

    `of` says whose it is: "partner" or "city" for the ones of the logins, blank for a pair that had none yet.
    `asked_by` is the side that asked by itself, blank for the office. `yes` are the sides that agreed, where it is
    still open; `no` is the side that declined, with its reason.
    """

    state: str
    days: int
    of: str = ""
    asked_by: str = ""
    yes: tuple[str, ...] = ()
    no: str = ""
    reason: str = ""
    about_project: bool = False
    unreachable: bool = False  # the town is one nobody looks after yet
    forwarded: bool = False


INTRODUCTIONS = (
    DemoIntroduction("no_cooperation", 170, of="partner"),
    DemoIntroduction("silent", 165),
    DemoIntroduction("cooperating", 160, of="city"),
    DemoIntroduction("cooperating", 155),
    DemoIntroduction("no_cooperation", 150),
    DemoIntroduction("cooperating", 140, of="partner"),
    DemoIntroduction("declined", 120, no="city", reason="known"),
    DemoIntroduction("expired", 110),
    DemoIntroduction("declined", 100, of="partner", no="city", reason="not_now"),
    DemoIntroduction("met", 80),
    DemoIntroduction("expired", 75, of="city"),
    DemoIntroduction("met", 70, of="partner"),
    DemoIntroduction("withdrawn", 60),
    DemoIntroduction("declined", 55, no="partner", reason="topic"),
    DemoIntroduction("met", 50, of="city", asked_by="city"),
    DemoIntroduction("expired", 45, of="partner"),
    DemoIntroduction("connected", 25),
    DemoIntroduction("connected", 20, of="partner", asked_by="city"),
    DemoIntroduction("connected", 18, of="city", asked_by="partner", about_project=True),
    DemoIntroduction("asked", 9, forwarded=True),
    DemoIntroduction("asked", 6, of="partner", yes=("city",)),
    DemoIntroduction("asked", 5, of="city", asked_by="city"),
    DemoIntroduction("asked", 4, yes=("partner",)),
    DemoIntroduction("asked", 3, of="partner", asked_by="partner", about_project=True),
    DemoIntroduction("asked", 2, of="partner", asked_by="partner", unreachable=True),
    DemoIntroduction("asked", 2, asked_by="city"),
    DemoIntroduction("asked", 1, of="partner"),
    DemoIntroduction("asked", 1, of="city"),
    DemoIntroduction("asked", 1),
)
MESSAGE = "Wir haben von Ihrem Netzwerk gelesen und möchten uns gern eine halbe Stunde austauschen."
PROJECT_MESSAGE = "Ihr Projekt passt zu dem, was unsere Mitglieder können. Wir können helfen und hören gern mehr."
WITHDRAWAL = "Die Ansprechperson hat gewechselt. Wir melden uns mit einem neuen Vorschlag."
REJECTIONS = ("Die beiden treffen sich schon im Landesnetzwerk.", "Die Stadt wünscht sich zuerst einen Partner am Ort.")
