"""What makes no sense is refused at the start, with a sentence that says what to write."""

from __future__ import annotations

import ast
import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache.backends.filebased import FileBasedCache
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from poster import checks
from poster import settings as as_written
from poster.config import env
from poster.database.databases import database
from tests.ours import OURS

ROOT = Path(__file__).resolve().parent.parent.parent
KEY = base64.urlsafe_b64encode(b"k" * 32).decode()


def manage(var: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=kept | {"VAR": str(var)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def environment(monkeypatch):
    """`environment(NAME=value)`: as if the program was started so."""

    def given(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return given


def said(found: list) -> str:
    assert all(isinstance(each, Error) for each in found)
    return " ".join(f"{each.msg} {each.hint}" for each in found)


# -- 97: keys, hosts
@pytest.mark.parametrize("name", ["secret_key", "audit_key"])
@pytest.mark.parametrize("what", ["a link that leads nowhere", "a folder", "no text"])
def test_a_key_that_cannot_be_read_is_a_sentence_and_no_other_is_made(name: str, what: str, tmp_path: Path) -> None:
    if what == "a folder":
        (tmp_path / name).mkdir()
    elif what == "no text":
        (tmp_path / name).write_bytes(b"\xff\xfe\x00")
    else:
        (tmp_path / name).symlink_to(tmp_path / "nowhere" / "key")
    ended = manage(tmp_path, "check")
    assert ended.returncode == 1
    assert str(tmp_path / name) in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "nowhere").exists()


def test_what_another_program_calls_its_app_is_none_of_ours(tmp_path: Path) -> None:
    strangers = {"SPOTIFY_CLIENT_SECRET": "two\nlines", "FACEBOOK_CLIENT_ID": "", "ACME_APP_ID_FILE": "/nowhere/at/all"}
    asked = "from django.conf import settings; print(settings.PROVIDER_APPS['facebook'])"
    answer = manage(
        tmp_path, "shell", "-v", "0", "-c", asked, FACEBOOK_APP_ID="12", FACEBOOK_APP_SECRET="s", **strangers
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "('12', 's')"


def test_whoever_comes_without_https_is_led_to_our_own_name_and_port(tmp_path: Path) -> None:
    asked = (
        "from django.test import Client; "
        "print(Client().get('/accounts/login/', headers={'host': 'poster.example.org:1337'})['Location'])"
    )
    given = {"PUBLIC_URL": "https://poster.example.org", "BEHIND_PROXY": "yes"}
    told = manage(tmp_path, "shell", "--verbosity=0", "-c", asked, **given).stdout.split()
    assert told == ["https://poster.example.org/accounts/login/"]


@pytest.mark.parametrize("value", ["short", "a" * 64, "django-insecure-" + "abcdefghij" * 5])
@pytest.mark.parametrize("name", ["SECRET_KEY", "AUDIT_KEY"])
def test_a_secret_that_can_be_guessed_is_refused(name: str, value: str, settings) -> None:
    setattr(settings, name, value)
    assert name in said(checks.secrets(None))
    assert value not in said(checks.secrets(None))


def test_the_secrets_that_we_make_ourselves_are_good(settings) -> None:
    assert checks.secrets(None) == []


@pytest.mark.parametrize("value", ["*", ".", " *"])
def test_a_host_that_lets_every_name_in_is_refused(value: str, settings) -> None:
    settings.ALLOWED_HOSTS = ["poster.example.org", value]
    assert "ALLOWED_HOSTS" in said(checks.hosts(None))


def test_debugging_pages_cannot_be_switched_on(settings) -> None:
    assert settings.DEBUG is False
    assert "DEBUG" not in (ROOT / "poster" / "settings.py").read_text().replace("DEBUG = False", "").replace(
        '"DEBUG"', ""
    )


# -- 98: the key ring
@pytest.mark.parametrize(
    ("keys", "told"),
    [(["abc"], "32 bytes"), ([KEY, KEY], "twice"), ([KEY[:-4]], "32 bytes"), ([f"{KEY}x"], "32 bytes")],
)
def test_a_key_ring_that_makes_no_sense_is_refused(keys: list[str], told: str, settings) -> None:
    settings.CREDENTIAL_KEYS = keys
    assert told in said(checks.secrets(None))
    assert KEY not in said(checks.secrets(None))


@pytest.mark.parametrize("content", ["", "\n\n", "not a key", f"{KEY}\n{KEY}"])
def test_a_key_file_that_makes_no_sense_is_refused_and_named(content: str, settings, tmp_path: Path) -> None:
    settings.KEY_FILE = str(tmp_path / "keys")
    (tmp_path / "keys").write_text(content)
    assert str(tmp_path / "keys") in said(checks.secrets(None))


# -- 99: the database
@pytest.mark.parametrize(
    "url",
    [
        *("mysql://h/x", "oracle:", "sqlite://", "sqlite:///", "postgres://h", "postgres://h/", "postgres://h:port/x"),
        *("postgres://h:99999/x", "http://[::1", "/srv/poster.sqlite3", "poster"),
    ],
)
def test_a_database_that_cannot_be_is_refused_without_telling_its_password(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database(url.replace("://h", "://ann:secret@h"), tmp_path)


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
def test_a_database_in_a_folder_that_is_not_there_is_refused(settings) -> None:
    settings.DATABASES = {"default": database("sqlite:////nowhere/at/all/poster.sqlite3", Path())}
    assert "/nowhere/at/all" in said(checks.database_file(None))


# -- 100: the queue's server
@pytest.mark.parametrize(
    "url", ["redis://93.184.216.34:6379/0", "redis://queue.example.org", "http://h:6379", "h:6379"]
)
def test_a_queue_that_strangers_can_write_to_is_refused(url: str, settings) -> None:
    settings.REDIS_URL = url
    assert "redis://:password@host" in said(checks.redis(None))


@pytest.mark.parametrize(
    "url", ["redis://localhost:6379/0", "redis://10.0.0.4", "redis://redis", "rediss://:pw@q.org", ""]
)
def test_a_queue_that_is_ours_is_fine(url: str, settings) -> None:
    settings.REDIS_URL = url
    assert checks.redis(None) == []


# -- 101: our own address
@pytest.mark.parametrize(
    "url",
    [
        *("https://poster.example.org/app", "https://ann:pw@poster.example.org", "https://h:99999", "https://h:0"),
        *("poster.example.org", "ftp://h", "https://", "https://h h", "https://h?x=1", "https://h#x", "https://[::1"),
    ],
)
def test_an_address_of_ours_that_cannot_be_is_refused(url: str, environment) -> None:
    environment(PUBLIC_URL=url)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        env.origin("PUBLIC_URL")


@pytest.mark.parametrize(
    "url",
    [
        "http://poster.example.org",
        "https://localhost",
        "https://192.168.1.5",
        "https://poster.local",
        "http://[::1]:80",
    ],
)
def test_an_address_that_instagram_cannot_reach_is_told_at_the_start(url: str, settings) -> None:
    settings.PUBLIC_URL, settings.REMOTE_ROOT = url, ""
    assert [found.id for found in checks.own_address(None)] == ["poster.W001"]


def test_with_a_bucket_instagram_needs_no_address_of_ours(settings) -> None:
    settings.PUBLIC_URL, settings.REMOTE_ROOT = "https://localhost", ""
    settings.BUCKET_URL = "s3://key:secret@bucket.example.org/pictures"
    assert checks.own_address(None) == []


# -- 102: addresses that we connect to
@pytest.mark.parametrize(
    "url",
    [
        *("http://169.254.169.254/", "http://localhost:6379", "http://[::ffff:7f00:1]", "http://2130706433"),
        *("https://user:pw@h", "http://127.0.0.1:11434/v1", "http://10.0.0.1", "http://①②⑦.⓪.⓪.①"),
    ],
)
def test_a_model_server_inside_is_refused_unless_it_is_allowed_by_name(url: str, settings) -> None:
    settings.COMPATIBLE_URL = url
    assert "COMPATIBLE_URL" in said(checks.named_addresses(None))
    assert "pw" not in said(checks.named_addresses(None))


def test_the_operator_can_allow_his_model_server(settings) -> None:
    settings.COMPATIBLE_URL, settings.ALLOW_PRIVATE = "http://localhost:11434/v1", ["localhost:11434"]
    assert checks.named_addresses(None) == []


# -- 105: time zones
@pytest.mark.parametrize("zone", ["Mars/Base", "CET+1", "../etc/passwd"])
def test_a_time_zone_that_is_none_is_refused(zone: str, environment) -> None:
    environment(TIME_ZONE=zone)
    with pytest.raises(ImproperlyConfigured, match="TIME_ZONE"):
        env.choice("TIME_ZONE", "UTC", {"UTC", "Europe/Rome"})


# -- 112: what tools leave around a value
@pytest.mark.parametrize("raw", ["value\n", " value ", '"value"', "'value'", "value\r\n", "\tvalue"])
def test_what_a_tool_left_around_a_value_is_taken_off(raw: str, environment) -> None:
    environment(NAME=raw)
    assert env.text("NAME") == "value"


@pytest.mark.parametrize("raw", ["val\nue", "val\x1bue", "a\r\nb"])
def test_a_line_break_inside_a_value_is_refused_and_the_value_not_told(raw: str, environment) -> None:
    environment(NAME=raw)
    with pytest.raises(ImproperlyConfigured, match="NAME has a line break") as refused:
        env.text("NAME")
    assert "val" not in str(refused.value)


def test_a_mounted_list_may_have_a_line_for_each(tmp_path: Path, environment) -> None:
    (tmp_path / "keys").write_text(f"{KEY}\n\n{KEY[::-1]}\n")
    environment(CREDENTIAL_KEYS_FILE=str(tmp_path / "keys"))
    assert env.names("CREDENTIAL_KEYS") == [KEY, KEY[::-1]]


@pytest.mark.parametrize("raw", ["1e3", "٣", "5 min", "--5", "", "9" * 400])
def test_a_number_is_a_number(raw: str, environment) -> None:
    environment(WORKERS=raw)
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.number("WORKERS", 2, least=1, most=32)


# -- in production
PRODUCTION = {"PUBLIC_URL": "https://poster.example.org", "BEHIND_PROXY": "yes", "ALLOWED_HOSTS": "poster.example.org"}


@pytest.mark.slow
def test_s33_check_deploy_has_nothing_to_say_in_production(tmp_path: Path) -> None:
    ended = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "no issues" in ended.stdout


@pytest.mark.slow
def test_nonsense_stops_every_command_with_a_sentence(tmp_path: Path) -> None:
    ended = manage(tmp_path, "channels", SECRET_KEY="short", COMPATIBLE_URL="http://localhost:11434/v1")
    assert ended.returncode == 1
    assert "SECRET_KEY can be guessed" in ended.stderr
    assert "ALLOW_PRIVATE=localhost:11434" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_https_the_deploy_check_says_so(settings) -> None:
    settings.PUBLIC_URL = "http://poster.example.org"
    assert "in the open" in checks.in_front(None)[0].msg
    settings.PUBLIC_URL = "https://poster.example.org"
    assert "BEHIND_PROXY=yes" in checks.in_front(None)[0].hint


@pytest.fixture
def production(settings):
    """As the settings are with an https address and a proxy in front."""
    settings.ALLOWED_HOSTS = ["poster.example.org"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    return Client(headers={"host": "poster.example.org"})


@pytest.mark.django_db
def test_p62_in_production_everything_is_https(production: Client) -> None:
    plain = production.get("/accounts/login/")
    assert (plain.status_code, plain["Location"]) == (301, "https://poster.example.org/accounts/login/")
    page = production.get("/accounts/login/", headers={"x-forwarded-proto": "https"})
    assert page.status_code == 200
    assert "max-age=31536000" in page["Strict-Transport-Security"]
    assert all(cookie["secure"] for cookie in page.cookies.values())


@pytest.mark.slow
def test_p19_p62_an_https_address_makes_cookies_secure_and_redirects_and_promises_https(tmp_path: Path) -> None:
    """As the settings really come out."""
    names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"]
    ask = f"from django.conf import settings as s; print([getattr(s, n) for n in {names!r}], s.SECURE_HSTS_SECONDS)"
    ended = manage(tmp_path, "shell", "--no-imports", "-c", ask, **PRODUCTION)
    assert ended.stdout.strip() == "[True, True, True, True] 31536000"


def test_nobody_wipes_out_the_counting_of_wrong_passwords_by_counting_much_else(tmp_path) -> None:
    kept = FileBasedCache(str(tmp_path), as_written.CACHES["default"])
    kept.set("wrong:carol", 5)
    for number in range(400):
        kept.set(f"wrong:nobody{number}", 1)
    assert kept.get("wrong:carol") == 5
    assert len(list(tmp_path.iterdir())) == 401


def test_the_calendar_alone_puts_no_warning_into_anybodys_terminal(tmp_path: Path) -> None:
    """Google's packages begin to warn some day of the Python that this install runs on."""
    told = manage(tmp_path, "shell", "-c", CALENDAR, PYTHONWARNINGS="error::FutureWarning")
    assert (told.returncode, told.stderr) == (0, "")


CALENDAR = """
import datetime
from google.api_core._python_version_support import check_python_version
assert check_python_version(today=datetime.date(2040, 1, 1)).name == "PYTHON_VERSION_UNSUPPORTED"
"""


def _written_to(target: ast.expr) -> bool:
    """Whether this is a setting, or something in one."""
    while isinstance(target, ast.Subscript | ast.Attribute):
        if isinstance(target.value, ast.Name) and target.value.id == "settings":
            return True
        target = target.value
    return False


@pytest.mark.parametrize("app", OURS)
def test_nothing_is_assigned_to_a_setting_at_run_time(app: str) -> None:
    """What is derived from it would not follow. Practice begins with the program anew (`operations.begin_anew`)."""
    for file in sorted((ROOT / app).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            assert not any(isinstance(each, ast.expr) and _written_to(each) for each in targets), file
