"""What a higher app must hear of: it may not be imported from here."""

from django.dispatch import Signal

# Sent with `user`, inside the transaction, when a person entered the code from the mail on the page that shows what was
# ticked. A password reset proves the address, too, but says nothing about consents or a registration; hence not
# allauth's `email_confirmed`.
address_confirmed_by_code = Signal()

# Sent with `organisation`, inside the transaction in which it stops taking part: it has left, or was declined. Its row
# is locked; whoever listens takes further locks in the order of matching.introductions.
organisation_left = Signal()
