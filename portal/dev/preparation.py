"""Bring database and files into the state of the code: python -m portal.dev.preparation

In one process, because each start of Django takes a second.
"""

import os
import sys

import django
from django.core.management import call_command

from portal.dev.console import say


def prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    say("· Bringing the database up to date …")
    call_command("migrate", verbosity=0)
    say("· Collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0)
    say("· Loading places and postcodes …")
    call_command("load_reference", stdout=sys.stderr)
    if os.environ.get("DEMO") == "1":
        say("· Loading demo data …")
        call_command("demo")  # prints the logins


if __name__ == "__main__":
    prepare()
