"""Real sender processes that are killed while they send; nothing is lost, and a second copy is the same."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.utils import timezone

from portal.mail import outbox
from portal.mail.models import OutgoingMail
from tests.stack import environment

pytestmark = pytest.mark.django_db(transaction=True)
MANAGE = [sys.executable, str(django_settings.BASE_DIR / "manage.py")]


def start_sender(sink):
    command = [*MANAGE, "send_outbox"]
    return subprocess.Popen(
        command, env=environment(sink_port=sink.port), stdout=subprocess.DEVNULL, start_new_session=True
    )


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def queue(number_of_mails):
    for number in range(number_of_mails):
        outbox.queue_mail(
            f"notice:{number}", f"person{number}@verein.example", subject="Hallo", body="Text", kind="notice"
        )


def let_the_claims_run_out():
    OutgoingMail.objects.filter(status="queued").update(due_at=timezone.now() - timedelta(seconds=1))


def test_senders_killed_while_they_send_lose_nothing(sink):
    queue(150)
    sink.delay = 0.01
    kills = 4
    for round_ in range(1, kills + 1):
        before = len(sink.accepted)
        sender = start_sender(sink)
        sink.wait_for(before + 5)
        time.sleep(random.uniform(0, 0.1))
        kill(sender)
        assert len(sink.accepted) < 150, f"too fast to be killed in round {round_}"
        let_the_claims_run_out()
    assert start_sender(sink).wait(timeout=60) == 0

    copies = sink.copies()
    assert set(sink.recipients()) == {f"person{number}@verein.example" for number in range(150)}
    assert len(copies) == 150
    assert max(copies.values()) <= 2
    assert sum(copies.values()) - 150 <= kills
    assert not OutgoingMail.objects.exclude(status="sent").exists()
    assert len({raw for _address, _message, raw in sink.accepted}) == 150  # a second copy is the same to the byte


def test_a_killed_worker_leaves_its_mails_to_the_next(sink):
    queue(60)
    sink.delay = 0.02
    name = f"test-{uuid.uuid4().hex[:8]}"
    worker = start_worker(sink, name)
    try:
        wake(name)
        sink.wait_for(10, seconds=60)
    finally:
        kill(worker)
    assert len(sink.accepted) < 60
    let_the_claims_run_out()
    assert outbox.deliver_due_mails() > 0
    assert len(sink.copies()) == 60
    assert max(sink.copies().values()) <= 2
    assert sum(sink.copies().values()) <= 61


def start_worker(sink, queue_name):
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-P", "solo", "-Q", queue_name]
    options = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-l", "ERROR", "-n", queue_name]
    return subprocess.Popen(
        command + options, env=environment(sink_port=sink.port), cwd=django_settings.BASE_DIR, start_new_session=True
    )


def wake(queue_name):
    with Celery(broker=django_settings.CELERY_BROKER_URL) as celery:
        celery.send_task("portal.mail.tasks.deliver_due_mails", queue=queue_name)


def write_mails(redis_port):
    """A process that knows Redis at this port writes two mails; returns its seconds for each and its log."""
    script = (
        "import time\nfrom django.core.mail import send_mail\n"
        "for _ in range(2):\n"
        "    began = time.monotonic()\n"
        "    send_mail('Ihr Code', '123456', None, ['a@verein.example'])\n"
        "    print(time.monotonic() - began)\n"
    )
    env = environment(sink_port=1, REDIS_URL=f"redis://127.0.0.1:{redis_port}/0")
    command = [*MANAGE, "shell", "--no-imports", "-c", script]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60)
    return [float(line) for line in done.stdout.splitlines()[-2:]], done.stderr


def test_without_redis_a_mail_is_written_at_once():
    seconds, log = write_mails(redis_port=1)
    assert OutgoingMail.objects.filter(status="queued").count() == 2
    assert max(seconds) < 2
    assert log.count("Redis is away") == 1
    assert "Traceback" not in log


def test_a_redis_that_does_not_answer_holds_up_one_page_only():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        (first, second), log = write_mails(redis_port=deaf.getsockname()[1])
    assert OutgoingMail.objects.filter(status="queued").count() == 2
    assert first < 6
    assert second < 1
    assert "Traceback" not in log
