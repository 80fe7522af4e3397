"""What every process has in common when it cannot do what was asked."""


class Refusal(Exception):
    """A step is not possible now; the message is a German sentence for the person: what happened, what to do."""
