"""Two introductions of one release are linked; when one ends without contact, the other goes on as an ordinary one."""

from matching import mails
from matching.models import Introduction
from matching.reasons import THIRD


def end(introduction: Introduction) -> None:
    """The introduction has just ended: the linked one, which is locked as well, no longer names it; its sides are told.

    Nothing changes where it has ended before, or was never linked.
    """
    linked = Introduction.objects.select_related("partner__organisation", "city__organisation").filter(
        linked_to=introduction, state__in=Introduction.ONGOING
    )
    for other in linked:
        other.reasons = [fact for fact in other.reasons if fact["kind"] != THIRD]
        other.save(update_fields=["reasons"])
        mails.tell_alone(other, third=introduction.partner.organisation)
