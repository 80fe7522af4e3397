"""What a higher app must hear of: it may not be imported from here."""

from django.dispatch import Signal

# Sent inside the transaction in which the register changed: `successors` maps the key of each dissolved municipality to
# that of its successor, `left_open` has the keys of those whose successor nobody knows, `members` maps the key of each
# dissolved Kreis to the keys of what its municipalities are now. Receivers lead their own rows to the successors, and
# return the keys of `left_open` to which rows of theirs still lead.
places_dissolved = Signal()

# Sent inside the transaction in which school holidays changed. Receivers plan anew what depends on them.
school_holidays_changed = Signal()
