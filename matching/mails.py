"""The mails of an introduction, each written as a row in the transaction of its reason; and what all cases share."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from matching import call_words, reasons, tokens
from matching.models import Introduction, Invitation, Side
from portal.accounts import consents
from portal.accounts.models import Organisation, Purpose, User
from portal.mail import letters, outbox
from portal.mail.models import OutgoingMail
from portal.mail.notices import tell

Kind = OutgoingMail.Kind


def invite(invitation: Invitation) -> None:
    """Ask the side's contact person. Rests on the consent to suggestions and is worthless once the case has ended."""
    introduction, user = invitation.introduction, invitation.recipient
    if user is None:
        raise ValueError("an invitation without a recipient cannot be mailed")
    context = question(invitation, user)
    suggest(f"invitation:{invitation.pk}", user, "invitation", context, expires_at=introduction.expires_at)


def question(invitation: Invitation, user: User) -> dict[str, Any]:
    """What is asked about one introduction, with a link of its own to answer."""
    url = absolute("answer", tokens.issue(invitation))
    return invitation_context(invitation.introduction, Side(invitation.side), user, answer_url=url)


def contacts(introduction: Introduction, people: Mapping[Side, User]) -> None:
    """The joint mail: both contact persons get the same text with both contacts; whoever asked for them is told."""
    invitations = introduction.invitations.all()
    calls = {Side(each.side): call_words.words(each.call_time) for each in invitations if each.call_time}
    context = contacts_context(introduction, people, calls=calls)
    for side in Side:
        tell("contacts", people[side], occasion=f"contacts:{introduction.pk}:{side}", context=context)
    if introduction.initiated_by and introduction.created_by:
        _tell_who_asked(introduction, introduction.created_by, contact=people[Side(introduction.initiated_by)])


def tell_end(introduction: Introduction, *sides: Side) -> None:
    """Tell these sides, as far as they know of the case, how it ended; never who said what and why."""
    for side in sides:
        for user in people_who_know(introduction, side):
            context = end_context(introduction, side, user)
            occasion = f"{introduction.state}:{introduction.pk}:{side}:{user.pk}"
            tell(introduction.state, user, occasion=occasion, context=context)


def tell_alone(introduction: Introduction, *, third: Organisation) -> None:
    """Tell both sides, as far as they know of the case, that it goes on without the third; never who said what."""
    for side in Side:
        for user in people_who_know(introduction, side):
            context = alone_context(introduction, side, user, third=third)
            tell("going_on_alone", user, occasion=f"alone:{introduction.pk}:{side}:{user.pk}", context=context)


def invitation_context(introduction: Introduction, side: Side, user: User, *, answer_url: str) -> dict[str, Any]:
    return case_context(introduction, side, user) | {
        "asked_by_other": introduction.initiated_by == side.other,
        "reasons": reasons.sentences(introduction.reasons, side=side),
        "message": introduction.message,
        "project": introduction.project,
        "answer_url": answer_url,
    }


def contacts_context(
    introduction: Introduction, people: Mapping[Side, User], *, calls: Mapping[Side, str]
) -> dict[str, Any]:
    """`calls` says when the people of a side would like to be called, where they said so."""
    contacts = [
        contact_lines(introduction.organisation(side), people[side]) | {"call": calls.get(side, "")} for side in Side
    ]
    return {
        "partner": one_line(introduction.organisation(Side.PARTNER)),
        "city": one_line(introduction.organisation(Side.CITY)),
        "greeting": greeting(*(people[side] for side in Side)),
        "people": contacts,
        "introduction_url": absolute("introduction_detail", introduction.pk) if calls else "",
        "reasons": reasons.sentences(introduction.reasons),
    }


def end_context(introduction: Introduction, side: Side, user: User) -> dict[str, Any]:
    return case_context(introduction, side, user) | {
        "asked_by_us": introduction.initiated_by == side,
        "we_agreed": introduction.agreed_at(side) is not None,
        "withdrawal_reason": introduction.withdrawal_reason,
    }


def alone_context(introduction: Introduction, side: Side, user: User, *, third: Organisation) -> dict[str, Any]:
    return case_context(introduction, side, user) | {"third": one_line(third)}


def agreed_context(introduction: Introduction, asking: User, *, contact: User) -> dict[str, Any]:
    side = Side(introduction.initiated_by)
    return case_context(introduction, side, asking) | {"contact": contact.get_full_name()}


def absolute(name: str, *args: object) -> str:
    """The address of a page as it stands in mails."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def day(moment: datetime) -> str:
    """03.02.2026, in the portal's wall clock."""
    return timezone.localtime(moment).strftime("%d.%m.%Y")


def people_who_know(introduction: Introduction, side: Side) -> list[User]:
    """Who was asked on this side, and who asked in its name."""
    invitation = introduction.invitations.select_related("recipient").get(side=side)
    asking = introduction.created_by if introduction.initiated_by == side else None
    people = {user.pk: user for user in (invitation.recipient, asking) if user and user.is_active}
    return list(people.values())


def case_context(introduction: Introduction, side: Side, user: User) -> dict[str, Any]:
    """What every mail to one person about one case may say; nothing in it is the other side's contact data."""
    other = introduction.organisation(side.other)
    page = (
        ("partner_detail", introduction.partner.slug) if side == Side.CITY else ("city_detail", introduction.city.slug)
    )
    own = one_line(introduction.organisation(side))
    return {
        "greeting": greeting(user),
        "reason": _(
            "Sie bekommen diese Mail für {own}. Wie oft wir Ihnen schreiben, ändern Sie in Ihrem Bereich."
        ).format(own=own),
        "own": own,
        "other": one_line(other),
        "other_kind": other.get_kind_display(),
        "other_url": absolute(*page),
        "dashboard_url": absolute("dashboard"),
        "introduction_url": absolute("introduction_detail", introduction.pk),
        "until": day(introduction.expires_at),
    }


def suggest(key: str, user: User, template: str, context: dict[str, Any], *, expires_at: datetime) -> None:
    """Queue what the person has not asked for: it rests on the consent to suggestions, and ends with its case."""
    unsubscribe = consents.unsubscribe_url(user, Purpose.SUGGESTIONS)
    outbox.queue_mail(key, user.email, expires_at=expires_at, **suggestion(user, template, context, url=unsubscribe))


def suggestion(user: User, template: str, context: dict[str, Any], *, url: str) -> dict[str, Any]:
    """The same mail before it is queued, in the words of `queue_mail`; `url` is where it is unsubscribed."""
    rendered = letters.render(template, context | {"unsubscribe_url": url})
    return {
        "subject": rendered.subject,
        "body": rendered.text,
        "html": rendered.html,
        "kind": Kind.SUGGESTION,
        "user": user,
        "purpose": Purpose.SUGGESTIONS,
        "headers": {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    }


def greeting(*people: User) -> str:
    """Guten Tag Alex Beispiel, guten Tag Kim Muster, – and still a greeting where somebody has no name yet."""
    names = [person.get_full_name() for person in people]
    if not all(names):
        return _("Guten Tag,")
    return _("Guten Tag {names},").format(names=_(", guten Tag ").join(names))


def contact_lines(organisation: Organisation, person: User) -> dict[str, str]:
    return {
        "organisation": one_line(organisation),
        "name": person.get_full_name(),
        "email": person.email,
        "phone": person.phone,
    }


def one_line(organisation: Organisation) -> str:
    """The name on one line: it stands in subjects, and a line break there would be a header of its own."""
    return " ".join(organisation.name.split())


def _tell_who_asked(introduction: Introduction, asking: User, *, contact: User) -> None:
    if asking != contact:
        context = agreed_context(introduction, asking, contact=contact)
        tell("agreed", asking, occasion=f"agreed:{introduction.pk}", context=context)
