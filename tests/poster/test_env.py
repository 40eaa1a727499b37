"""Settings read the world once, and refuse nonsense with a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from poster.config import env
from poster.database.databases import database


@pytest.fixture(autouse=True)
def _tidy():
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_a_mounted_secret_wins(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n")
    os.environ.update(OPENAI_API_KEY="from the environment", OPENAI_API_KEY_FILE=str(tmp_path / "key"))
    assert env.text("OPENAI_API_KEY") == "from the file"


def test_a_mounted_secret_that_is_not_there_is_told() -> None:
    os.environ["OPENAI_API_KEY_FILE"] = "/nowhere/key"
    with pytest.raises(ImproperlyConfigured, match="OPENAI_API_KEY_FILE names '/nowhere/key'"):
        env.text("OPENAI_API_KEY")


@pytest.mark.parametrize("raw", ["true", "1", "on", "ja"])
def test_a_flag_is_yes_or_no(raw: str) -> None:
    os.environ["BEHIND_PROXY"] = raw
    with pytest.raises(ImproperlyConfigured, match="write yes or no"):
        env.flag("BEHIND_PROXY")


@pytest.mark.parametrize("raw", ["80a", "-1", "70000", "8.5"])
def test_a_number_stays_in_its_bounds(raw: str) -> None:
    os.environ["PORT"] = raw
    with pytest.raises(ImproperlyConfigured, match="whole number from 1 to 65535"):
        env.number("PORT", 8000, least=1, most=65535)


@pytest.mark.parametrize("raw", ["poster.example.org", "ftp://x.org", "https://x.org/?a=b", "https://"])
def test_an_address_is_a_web_address(raw: str) -> None:
    os.environ["PUBLIC_URL"] = raw
    with pytest.raises(ImproperlyConfigured, match="write an address like"):
        env.root("PUBLIC_URL")


def test_an_address_has_no_slash_at_its_end() -> None:
    os.environ["PUBLIC_URL"] = "https://poster.example.org/"
    assert env.root("PUBLIC_URL") == "https://poster.example.org"


def test_the_default_database_is_sqlite_with_care(tmp_path: Path) -> None:
    settings = database("", tmp_path)
    assert settings["NAME"] == str(tmp_path / "poster.sqlite3")
    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in settings["OPTIONS"]["init_command"]


def test_a_postgres_address_is_taken_apart(tmp_path: Path) -> None:
    settings = database("postgres://ann:p%40ss@db:6432/poster?sslmode=require", tmp_path)
    assert (settings["USER"], settings["PASSWORD"], settings["HOST"], settings["PORT"], settings["NAME"]) == (
        "ann",
        "p@ss",
        "db",
        "6432",
        "poster",
    )
    assert settings["OPTIONS"] == {"sslmode": "require"}


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="neither with sqlite:// nor with postgres://"):
        database("mysql://x/y", tmp_path)
