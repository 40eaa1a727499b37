"""`doctor`: finds what is wrong, says what to do, and ends with 1 only for a problem."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from accounts.models import Channel, Credential, User
from accounts.providers.meta import versions
from accounts.reason_columns import because
from poster import clock
from poster.models import Switch
from publishing import doctor
from tests.commands.asking import Told, ask
from tests.factories import ENDED, channel, delivery, login, person, post, watch
from tests.facts import Said
from tests.house import House
from watches.models import Watch

pytestmark = pytest.mark.django_db
UNANSWERED = Said(words="Google does not answer.")


@pytest.fixture
def ann() -> User:
    return person("Ann", operator=True)


def found(told: Told, name: str) -> dict[str, str]:
    """The worst finding with this name."""
    rows = [row for row in told.json["findings"] if row["name"] == name]
    return max(rows, key=lambda row: ["ok", "warning", "problem"].index(row["level"]))


def offline() -> Told:
    return ask("doctor", "--offline", "--json")


def test_a_connected_install_is_well(house: House) -> None:
    house.connect()
    told = ask("doctor", "--json")
    assert (told.code, told.json["well"]) == (0, True)
    assert found(told, "database")["level"] == "ok"
    assert found(told, "public address")["level"] == "ok"
    assert found(told, "clock")["level"] == "ok"
    assert found(told, "account Ada Example (facebook)")["sentence"].startswith("Accepted")


def test_a_login_that_was_taken_back_is_found_by_asking(house: House) -> None:
    house.connect()
    house.box.fault("revoked", host="graph.threads.net")
    told = ask("doctor", "--json")
    assert told.code == 1
    assert any(row["level"] == "problem" and "threads" in row["name"] for row in told.json["findings"])


def test_nobody_outside_is_asked_when_offline(house: House) -> None:
    house.connect()
    asked = len(house.box.calls())
    assert offline().code == 0
    assert len(house.box.calls()) == asked


def test_a_blocked_login_says_its_sentence(ann: User) -> None:
    login(ann, name="Ann's Page", state="blocked", **because(ENDED))
    told = offline()
    assert told.code == 1
    assert found(told, "account Ann's Page (facebook)")["sentence"] == str(ENDED)


def test_a_login_that_ends_soon_is_a_warning(ann: User) -> None:
    login(ann, name="Ann", expires_at=clock.now() + dt.timedelta(days=3))
    Credential.objects.update(secret=Credential._meta.get_field("secret").seal(Credential.objects.get().pk, {}))
    told = offline()
    assert (told.code, found(told, "account Ann (facebook)")["level"]) == (0, "warning")


def test_platforms_that_fetch_pictures_need_an_address(ann: User, settings) -> None:
    settings.PUBLIC_URL = ""
    channel(ann, "facebook")
    assert all(row["name"] != "public address" for row in offline().json["findings"])
    channel(ann, "threads")
    assert "Set PUBLIC_URL" in found(offline(), "public address")["sentence"]
    Channel.objects.filter(platform="threads").update(state="off")
    assert offline().code == 0


def test_a_broken_watch_and_a_captioner_without_its_key_are_problems(ann: User) -> None:
    watch(ann, name="Cats", state="broken", problem=Said(words="The folder is gone."), captioner="openai")
    told = offline()
    assert found(told, "watch Cats")["sentence"] == str(Said(words="The folder is gone."))
    assert "OPENAI_API_KEY" in found(told, "captioner openai")["sentence"]


def test_a_folder_that_was_not_reached_or_read_in_part_is_a_warning(ann: User) -> None:
    Watch.objects.filter(pk=watch(ann, name="Cats").pk).update(**Watch.unanswered.columns(UNANSWERED))
    Watch.objects.filter(pk=watch(ann, name="Dogs").pk).update(unread=2, unread_names=["closed", "cut.jpg"])
    told = offline()
    assert [found(told, f"watch {name}")["level"] for name in ("Cats", "Dogs")] == ["warning", "warning"]
    assert str(UNANSWERED) in found(told, "watch Cats")["sentence"]
    assert "closed, cut.jpg" in found(told, "watch Dogs")["sentence"]


def test_late_deliveries_and_a_pause_are_told(ann: User) -> None:
    page = channel(ann)
    delivery(post(ann, page), page, "queued", next_at=clock.now() - dt.timedelta(hours=1))
    assert found(offline(), "deliveries")["level"] == "problem"
    Switch.objects.create(name=Switch.PAUSE)
    assert any("paused" in row["sentence"] for row in offline().json["findings"])


def test_a_data_folder_that_cannot_be_used_is_a_problem(ann: User, settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "gone"
    told = offline()
    assert (told.code, found(told, "data folder")["level"]) == (1, "problem")


def test_people_get_lines(ann: User) -> None:
    lines = ask("doctor", "--offline").out
    assert "ok      database" in lines
    assert "warning " in lines
    assert not lines.strip().endswith("All is well.")


@pytest.mark.parametrize(("real", "rests"), [(False, False), (True, True)], ids=["practice", "real accounts"])
def test_a_login_of_practice_rests_only_where_real_accounts_are_used(
    ann: User, settings, real: bool, rests: bool
) -> None:
    settings.PRACTICE, settings.REMOTE_ROOT, settings.COMPATIBLE_URL = False, "", ""
    settings.AI_KEYS, settings.PROVIDER_APPS = {}, {}
    page = channel(ann, credential=login(ann, practice=True, name="Practice Page"))
    if real:
        login(ann, name="Real Page")
    told = found(offline(), f"account {page.credential.name} (facebook)")["sentence"]
    Credential.objects.filter(practice=True).update(practice=False)
    assert (told != found(offline(), f"account {page.credential.name} (facebook)")["sentence"]) is rests


def test_looking_leaves_nothing_behind(ann: User) -> None:
    offline()
    assert not Switch.objects.exists()


def test_an_install_without_a_mail_server_is_told_where_the_mails_lie(ann: User, settings) -> None:
    finding = found(offline(), "mail")
    assert finding["level"] == "warning"
    assert str(settings.EMAIL_FILE_PATH) in finding["sentence"]
    settings.EMAIL_URL, settings.EMAIL_HOST = "smtp://user:canary@mail.example.org", "mail.example.org"
    finding = found(offline(), "mail")
    assert (finding["level"], "canary" in finding["sentence"]) == ("ok", False)


@pytest.mark.parametrize(
    ("days", "level"), [(400, "ok"), (181, "ok"), (180, "warning"), (1, "warning"), (0, "problem")]
)
def test_the_version_of_the_graph_api_is_told_before_it_ends(days: int, level: str) -> None:
    [told] = doctor.graph(offline=True, day=versions.ENDS - dt.timedelta(days=days))
    assert told.level == level


def test_the_time_is_asked_with_a_version(house: House) -> None:
    house.connect()
    before = len(house.box.calls())
    ask("doctor", "--json")
    asked = [call for call in house.box.calls()[before:] if call["host"] == "graph.facebook.com"]
    assert {call["path"].split("/")[1] for call in asked} == {versions.VERSION}


@pytest.mark.parametrize(
    ("key", "model", "level"),
    [("sk-practice", "", "ok"), ("nonsense", "", "problem"), ("sk-practice", "gpt-of-old", "problem")],
)
def test_each_ai_key_and_model_is_tried_once(key: str, model: str, level: str, house: House, settings) -> None:
    house.connect()
    settings.AI_KEYS = {**settings.AI_KEYS, "openai": key}
    for _ in range(2):
        watch(house.owner, channel(house.owner), captioner="openai", model=model)
    before = len(house.box.calls("/models"))
    assert found(ask("doctor", "--json"), "captioner openai")["level"] == level
    assert len(house.box.calls("/models")) == before + 1
    asked = len(house.box.calls("/models"))
    assert found(ask("doctor", "--offline", "--json"), "captioner openai")["level"] == "ok"
    assert len(house.box.calls("/models")) == asked
