"""The settings of the portal on this machine. What is set outside wins, so every one of them can be replaced."""

import os
import secrets
from pathlib import Path

from portal.dev.console import STATE
from portal.dev.postgres import Postgres
from portal.dev.servers import Server
from portal.dev.valkey import Valkey

DEFAULT_PORT = 8000
POSTGRES, VALKEY = Postgres(), Valkey()


def embedded_servers() -> list[Server]:
    embedded: list[tuple[str, Server]] = [("DATABASE_URL", POSTGRES), ("REDIS_URL", VALKEY)]
    return [server for variable, server in embedded if variable not in os.environ]


def mail_page_port(port: int) -> int:
    return port + 1


def smtp_port(port: int) -> int:
    return port + 2


def environment(port: int = DEFAULT_PORT) -> dict[str, str]:
    ours = {
        "SECRET_KEY": _secret_key(STATE / "secret-key"),
        "DATABASE_URL": POSTGRES.url(),
        "REDIS_URL": VALKEY.url(),
        "EMAIL_URL": f"smtp://localhost:{smtp_port(port)}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": f"http://localhost:{port}",
        "STATIC_ROOT": str(STATE / "static"),
        "DEMO": "1",
    }
    return ours | os.environ


def production_environment() -> dict[str, str]:
    """What `check --deploy` looks at: the settings as an operator would have them."""
    theirs = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "portal.example",
        "SITE_URL": "https://portal.example",
        "TRUSTED_PROXY_COUNT": "1",
        "DEBUG": "0",
        "DEMO": "0",
    }
    return environment() | theirs


def _secret_key(file: Path) -> str:
    if not file.exists():
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(secrets.token_urlsafe(64))
        unfinished.chmod(0o600)
        unfinished.rename(file)
    return file.read_text()
