"""Log lines: JSON, UTC, and without what would let a reader of logs act as somebody else or write to them."""

import json
import logging
import re
from datetime import UTC, datetime

_TOKEN = re.compile(r"(/|%2F)(antwort|abmelden|einladung)(/|%2F)(?:(?!%2F)[^/\s?#\"'&])+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>\"'(),;:=/]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")


def redact(text: str) -> str:
    """Without the tokens of links and without e-mail addresses."""
    return _ADDRESS.sub("…@…", _TOKEN.sub(r"\1\2\3…", text))


class JsonLines(logging.Formatter):
    """One JSON object a line; what is redacted is the finished text, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            line["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
