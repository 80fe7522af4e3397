"""Whatever happened before: a suggestion reaches only somebody whose confirmed consent holds, where mails arrive.

Random histories are played against a real mail server; a plain account of them says who may be written to.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from matching import mails
from portal.accounts import consents, personal_data
from portal.accounts.models import OfficeTask, Purpose, User
from portal.mail import addresses, outbox
from portal.mail.models import BlockedAddress, OutgoingMail
from tests.factories import give_contact, make_organisation

pytestmark = pytest.mark.django_db
PEOPLE = ("alex@kammer.example", "berta@müller.example")
person = st.sampled_from(PEOPLE)
purpose = st.sampled_from(Purpose)
reports = st.sampled_from([BlockedAddress.Reason.BOUNCED, BlockedAddress.Reason.COMPLAINED])
REFUSALS = ("550 5.1.1 user unknown", "451 later", "data 554 spam", "")


class Histories(RuleBasedStateMachine):
    """`self.confirmed` and `self.blocked` are the account: what ought to hold, kept without the database."""

    def __init__(self, sink):
        super().__init__()
        self.sink, self.seen, self.queued = sink, 0, 0
        self.ticked, self.confirmed, self.blocked, self.links = set(), set(), set(), {}
        sink.answers.clear()
        sink.accepted.clear()
        self.savepoint = transaction.savepoint()

    @initialize()
    def people_have_accounts_and_one_has_agreed(self):
        for address in PEOPLE:
            give_contact(make_organisation(name=f"Verein von {address}"), address, consent=False)
        self.tick(PEOPLE[0], Purpose.SUGGESTIONS)
        self.enter_the_code(PEOPLE[0])

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def user(self, address):
        return User.objects.filter(email=address).first()

    # --- What people do ---------------------------------------------------------------------------------------
    @rule(who=person, what=purpose)
    def tick(self, who, what):
        consents.give(self.user(who), what, text_version="1")
        if (who, what) not in self.confirmed:
            self.ticked.add((who, what))

    @rule(who=person)
    def enter_the_code(self, who):
        consents.confirm(self.user(who), with_="Code")
        fresh = {(address, what) for address, what in self.ticked if address == who}
        self.confirmed |= fresh
        self.ticked -= fresh

    @rule(who=person, what=purpose)
    def agree(self, who, what):
        self.tick(who, what)
        self.enter_the_code(who)

    @rule(who=person, what=purpose)
    def withdraw(self, who, what):
        consents.withdraw(self.user(who), what, with_="Mein Bereich")
        self.ended(who, {what})

    @rule(who=person)
    def click_once_in_the_last_mail(self, who):
        if who in self.links:
            answer = Client(enforce_csrf_checks=True).post(self.links[who], {"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
            self.ended(who, {Purpose.SUGGESTIONS})

    @rule(who=person)
    def say_that_mails_arrive_again(self, who):
        addresses.lift(who, by=self.user(who))
        self.blocked.discard(who)

    @rule(who=person)
    def delete_the_account_and_come_back(self, who):
        organisation = self.user(who).memberships.get().organisation
        personal_data.erase(self.user(who))
        self.ended(who, set(Purpose))
        self.blocked.discard(who)
        self.links.pop(who, None)
        give_contact(organisation, who, consent=False)

    def ended(self, who, purposes):
        over = {(who, what) for what in purposes}
        self.ticked -= over
        self.confirmed -= over

    # --- What becomes of mails --------------------------------------------------------------------------------
    @rule(who=person, reason=reports)
    def hear_of_a_mail(self, who, reason):
        addresses.block(who.upper(), reason=reason, source="brevo")
        self.blocked.add(who)
        if reason == BlockedAddress.Reason.COMPLAINED:
            self.ended(who, set(Purpose))

    @rule(who=person, answer=st.sampled_from(REFUSALS))
    def let_the_server_answer(self, who, answer):
        self.sink.answers[addresses.normalised(who)] = answer

    @rule(who=person)
    def queue_a_suggestion(self, who):
        self.queued += 1
        until = timezone.now() + timedelta(days=1)
        context = {"greeting": "Guten Tag", "other": "Telgte", "own": "Kammer"}
        mails.suggest(f"suggestion:{self.queued}", self.user(who), "invitation", context, expires_at=until)
        mail = OutgoingMail.objects.get(key=f"suggestion:{self.queued}")
        self.links[who] = mail.headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")

    @rule(who=person)
    def queue_a_newsletter(self, who):
        self.queue(who, OutgoingMail.Kind.NOTICE, purpose=Purpose.NEWSLETTER)

    @rule(who=person, kind=st.sampled_from([OutgoingMail.Kind.NOTICE, OutgoingMail.Kind.ACCOUNT]))
    def queue_what_is_waited_for(self, who, kind):
        self.queue(who, kind)

    def queue(self, who, kind, **fields):
        self.queued += 1
        key = f"{kind}:{self.queued}"
        outbox.queue_mail(key, who, subject="Hallo", body="Text", kind=kind, user=self.user(who), **fields)

    @rule()
    def send(self):
        OutgoingMail.objects.filter(status="queued").update(due_at=timezone.now() - timedelta(seconds=1))
        waiting = {f"<{mail.message_id}@localhost>": mail for mail in OutgoingMail.objects.filter(status="queued")}
        outbox.deliver_due_mails()
        for address, message, _raw in self.sink.accepted[self.seen :]:
            self.check(waiting[message["Message-ID"]], address)
        self.seen = len(self.sink.accepted)
        self.blocked |= {who for who in PEOPLE if addresses.block_of(who)}

    @rule()
    def write_to_everybody(self):
        """Mails of every kind on their way at once."""
        for who in PEOPLE:
            self.queue_a_suggestion(who)
            self.queue_a_newsletter(who)
            for kind in (OutgoingMail.Kind.NOTICE, OutgoingMail.Kind.ACCOUNT):
                self.queue_what_is_waited_for(who, kind)
        self.send()

    def check(self, mail, address):
        who = mail.to
        assert address == addresses.normalised(who)
        if mail.purpose:
            assert (who, mail.purpose) in self.confirmed
        if mail.kind != OutgoingMail.Kind.ACCOUNT:
            assert who not in self.blocked

    # --- What always holds ------------------------------------------------------------------------------------
    @invariant()
    def the_portal_knows_what_the_account_says(self):
        for who in PEOPLE:
            user = self.user(who)
            if user:
                assert set(consents.held(user)) == {what for address, what in self.confirmed if address == who}

    @invariant()
    def each_block_is_one_task(self):
        tasks = OfficeTask.objects.filter(key__startswith="unreachable:")
        assert tasks.filter(done_at=None).values("key").distinct().count() == tasks.count()
        assert BlockedAddress.objects.filter(lifted_at=None).count() <= len(PEOPLE)


def test_a_suggestion_reaches_only_whoever_agreed_and_can_be_reached(sink):
    settings_ = settings(
        max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(lambda: Histories(sink), settings=settings_)
