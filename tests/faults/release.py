"""Releases every suggestion whose number leaves this remainder, as the office would: … release REMAINDER DIVISOR

While PostgreSQL is away it asks again, as a person does who sees "please try again".
"""

import sys
import time

import django


def main(remainder, divisor):
    from django.db import DatabaseError, connection
    from django.db.models.functions import Mod

    from matching import introductions
    from matching.models import Suggestion
    from portal.accounts.models import User

    office = None
    while True:
        try:
            office = office or User.objects.get(is_staff=True)
            mine = Suggestion.objects.open().alias(part=Mod("pk", divisor)).filter(part=remainder)
            chosen = list(mine.order_by("pk")[:200])
            if not chosen:
                return
            for suggestion in chosen:
                introductions.release(suggestion, by=office)
        except (DatabaseError, introductions.IntroductionError):
            connection.close()
            time.sleep(0.2)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]))
