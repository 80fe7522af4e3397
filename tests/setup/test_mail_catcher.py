"""The mail page of development: what goes in by SMTP can be read and is harmless."""

import smtplib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from email.message import EmailMessage
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    pytest.fail(f"nothing answers on port {port}")


@pytest.fixture(scope="module")
def catcher(tmp_path_factory):
    smtp, page = free_port(), free_port()
    command = [sys.executable, "-m", "portal.dev.mail_catcher", tmp_path_factory.mktemp("mail") / "box"]
    process = subprocess.Popen([*command, str(smtp), str(page)], cwd=ROOT, stderr=subprocess.DEVNULL)
    wait_for(smtp)
    wait_for(page)
    yield smtp, page
    process.terminate()
    process.wait()


def send(catcher, *, subject, text, html="", date="Sun, 22 Nov 2026 13:00:00 +0000"):
    mail = EmailMessage()
    mail["Date"] = date
    mail["From"], mail["To"], mail["Subject"] = "portal@om.example", "anna@stadt.example", subject
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    with smtplib.SMTP("localhost", catcher[0]) as server:
        server.send_message(mail)


def read(catcher, path="/"):
    with urllib.request.urlopen(f"http://localhost:{catcher[1]}{path}") as response:
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        return response.read().decode()


def newest(catcher):
    return read(catcher).split('<a href="')[1].split('"')[0]


def test_the_newest_mail_stands_first(catcher):
    send(catcher, subject="Erste Grüße", text="eins")
    send(catcher, subject="Zweite Grüße", text="zwei")
    page = read(catcher)
    assert page.index("Zweite Grüße") < page.index("Erste Grüße")


@pytest.mark.parametrize(("date", "shown"), [("Sun, 22 Nov 2026 13:00:00 +0000", "22.11.2026 14:00:00"), ("?", "")])
def test_the_time_is_that_of_berlin_and_a_broken_one_is_left_out(catcher, date, shown):
    send(catcher, subject="Zeit", text="Text", date=date)
    assert f"<tr><td>{shown}</td>" in read(catcher)


def test_a_link_in_the_text_can_be_clicked_and_ends_before_the_full_stop(catcher):
    send(catcher, subject="Anfrage", text="Bitte antworten: http://localhost:8000/antwort/a_b-c/?x=1&y=2.")
    assert '<a href="http://localhost:8000/antwort/a_b-c/?x=1&amp;y=2" rel' in read(catcher, newest(catcher))


def test_nothing_in_a_mail_becomes_part_of_the_page(catcher):
    evil = "<script>alert(1)</script>"
    send(catcher, subject=evil, text=evil, html=f'"></iframe>{evil}')
    for page in (read(catcher), read(catcher, newest(catcher))):
        assert "<script" not in page
        assert "</iframe>&lt;script" not in page


def test_the_source_of_a_mail_can_be_read(catcher):
    send(catcher, subject="Quelle", text="Text")
    assert "Subject: Quelle" in read(catcher, f"{newest(catcher)}/quelltext")


@pytest.mark.parametrize("path", ["/gibt-es-nicht", "/..%2f..%2fetc%2fpasswd", "/%00"])
def test_a_mail_that_is_not_there_is_answered_with_404(catcher, path):
    with pytest.raises(urllib.error.HTTPError) as answer:
        read(catcher, path)
    assert answer.value.code == 404
    answer.value.close()
