"""A mail server that keeps every mail in a folder, and a page that shows them.

python -m portal.dev.mail_catcher FOLDER SMTP_PORT PAGE_PORT
"""

import re
import sys
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox

SHOWN = 200
HEADERS = ["Date", "From", "To", "Reply-To", "Subject", "Message-ID", "List-Unsubscribe", "Auto-Submitted"]
# A mail is a stranger's text: no script of it runs, and nothing is fetched from elsewhere.
PROTECTION = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
LAYOUT = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
  table {{ border-collapse: collapse; width: 100% }}
  th, td {{ text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; overflow-wrap: anywhere }}
  tr {{ border-bottom: 1px solid #ccc }}
  pre {{ white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #ccc; padding: 1rem }}
  iframe {{ width: 100%; height: 40rem; border: 1px solid #ccc }}
</style></head><body>{body}</body></html>"""


@dataclass(frozen=True)
class MailFolder:
    """The mails as they came over SMTP, one file each (Maildir)."""

    path: Path

    def newest(self) -> list[tuple[str, EmailMessage]]:
        files = sorted(self.path.glob("new/*"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        return [(file.name, _parse(file.read_bytes())) for file in files[:SHOWN]]

    def raw(self, name: str) -> bytes | None:
        known = {file.name: file for file in self.path.glob("new/*")}
        return known[name].read_bytes() if name in known else None


def serve(folder: Path, *, smtp_port: int, page_port: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    smtp = Controller(Mailbox(folder), hostname="127.0.0.1", port=smtp_port)
    smtp.start()
    page_type = type("MailPage", (_MailPage,), {"mails": MailFolder(folder)})
    ThreadingHTTPServer(("127.0.0.1", page_port), page_type).serve_forever()


def list_page(mails: list[tuple[str, EmailMessage]]) -> str:
    rows = [
        f"<tr><td>{_sent_at(mail)}</td><td>{escape(_header(mail, 'To'))}</td>"
        f'<td><a href="/{quote(name)}">{escape(_header(mail, "Subject")) or "(ohne Betreff)"}</a></td></tr>'
        for name, mail in mails
    ]
    head = "<h1>Mails</h1><p>Alles, was dieses Portal verschickt, kommt hier an; nichts davon verlässt den Rechner.</p>"
    table = "<table><tr><th>Datum<th>An<th>Betreff</tr>" + "".join(rows) + "</table>"
    return LAYOUT.format(title="Mails", body=head + (table if rows else "<p>Noch ist keine Mail da.</p>"))


def mail_page(name: str, mail: EmailMessage) -> str:
    subject = escape(_header(mail, "Subject"))
    rows = "".join(f"<tr><th>{key}<td>{_linked(_header(mail, key))}</tr>" for key in HEADERS if mail[key])
    text, html = _body(mail, "plain"), _body(mail, "html")
    # In a frame of its own, without scripts; its links open in a new tab.
    frame = escape('<base target="_blank">' + html)
    rights = "allow-popups allow-popups-to-escape-sandbox"
    parts = [
        f'<p><a href="/">Alle Mails</a> · <a href="/{quote(name)}/quelltext">Quelltext</a></p><h1>{subject}</h1>',
        f"<table>{rows}</table>",
        f"<h2>Text</h2><pre>{_linked(text)}</pre>" if text else "",
        f'<h2>HTML</h2><iframe sandbox="{rights}" title="Mail als HTML" srcdoc="{frame}"></iframe>' if html else "",
    ]
    return LAYOUT.format(title=subject, body="".join(parts))


class _MailPage(BaseHTTPRequestHandler):
    mails: MailFolder

    def do_GET(self) -> None:
        name, _, view = unquote(self.path.partition("?")[0]).strip("/").partition("/")
        raw = self.mails.raw(name) if name else b""
        if raw is None:
            self._answer(LAYOUT.format(title="Mails", body="<p>Diese Mail gibt es nicht."), HTTPStatus.NOT_FOUND)
        elif not name:
            self._answer(list_page(self.mails.newest()))
        elif view == "quelltext":
            self._answer(raw.decode(errors="replace"), kind="text/plain")
        else:
            self._answer(mail_page(name, _parse(raw)))

    def _answer(self, content: str, status: HTTPStatus = HTTPStatus.OK, *, kind: str = "text/html") -> None:
        body = content.encode(errors="replace")
        self.send_response(status)
        headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body)), **PROTECTION}
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)


def _parse(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _header(mail: EmailMessage, name: str) -> str:
    return str(mail[name] or "")


def _sent_at(mail: EmailMessage) -> str:
    date = mail["Date"].datetime if mail["Date"] else None
    return f"{date.astimezone(ZoneInfo('Europe/Berlin')):%d.%m.%Y %H:%M:%S}" if date else ""


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=[kind])
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a character set Python does not know
        return str(part.get_payload())


def _linked(text: str) -> str:
    links = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
    pieces, end = [], 0
    for found in links.finditer(text):
        address = escape(found[0])
        pieces += [escape(text[end : found.start()]), f'<a href="{address}" rel="noreferrer">{address}</a>']
        end = found.end()
    return "".join([*pieces, escape(text[end:])])


if __name__ == "__main__":
    serve(Path(sys.argv[1]), smtp_port=int(sys.argv[2]), page_port=int(sys.argv[3]))
