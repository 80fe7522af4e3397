"""The figures of a run, by case; the terminal shows them at its end."""

NOTED = {}


def note(case, **found):
    NOTED.setdefault(case, []).extend(found.items())
