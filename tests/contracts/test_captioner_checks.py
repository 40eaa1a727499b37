"""What every captioner must do when it is asked whether a key is accepted and a model is there."""

from __future__ import annotations

import traceback

import pytest

from poster.errors import OutsideError, RateLimited, Suspended, Unauthorized, Unavailable
from tests.contracts.captioner_houses import HOUSES, SECRET, House, key_for
from tests.contracts.model_server import ModelServer, Reply
from writing.captioners import CAPTIONERS, Key
from writing.captioners.faults import Fault

pytestmark = pytest.mark.django_db
ASKED = {
    "openai": ["/api.openai.com/v1/models/gpt-6-luna"],
    "anthropic": ["/api.anthropic.com/v1/models/claude-haiku-5-5"],
    "gemini": ["/generativelanguage.googleapis.com/v1beta/openai/models/gemini-3.5-flash-lite"],
    "openrouter": ["/openrouter.ai/api/v1/key", "/openrouter.ai/api/v1/models"],
    "compatible": ["/models.mill.lan/v1/models"],
}


def listed(*names: str, **columns: str) -> Reply:
    return Reply({"object": "list", "data": [{"id": name, **columns} for name in names]})


def failed(house: House, server: ModelServer, *replies: Reply) -> OutsideError:
    """The error of a check, after a look for the key in everything it carries."""
    server.say(*replies)
    with pytest.raises(OutsideError) as raised:
        CAPTIONERS[house.captioner]().check(key_for(house))
    told = [*traceback.format_exception(raised.value, chain=True), repr(raised.value.trace), repr(vars(raised.value))]
    assert SECRET not in "".join(told)
    return raised.value


def test_it_is_one_question_that_costs_nothing(house, server):
    server.say(listed(house.model))
    CAPTIONERS[house.captioner]().check(key_for(house))
    assert [asked.path for asked in server.asked] == ASKED[house.captioner]
    assert all(asked.body == {} for asked in server.asked)
    assert all(SECRET in (asked.headers.get("authorization") or asked.headers["x-api-key"]) for asked in server.asked)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key(house, server, status):
    assert isinstance(failed(house, server, Reply(house.error(status, "nope"), status)), Unauthorized)


def test_an_unknown_model(house, server):
    alone = house.captioner in ("openrouter", "compatible")
    error = failed(house, server, listed("another") if alone else Reply(house.error(404, "not_found_error"), 404))
    assert (type(error), getattr(error, "code", "")) == (Suspended, Fault.MODEL)


@pytest.mark.parametrize(
    ("status", "kind"), [(429, RateLimited), (500, Unavailable), (503, Unavailable), (529, Unavailable)]
)
def test_trouble_of_theirs_says_nothing_about_the_key(house, server, status, kind):
    assert type(failed(house, server, Reply(house.error(status, "trouble"), status))) is kind


@pytest.mark.parametrize("content", [b"<html>", b"", b"[]"])
def test_what_is_no_answer_of_theirs_says_nothing_about_the_key(house, server, content):
    assert isinstance(failed(house, server, Reply(content)), Unavailable)


@pytest.mark.parametrize(("status", "code"), [(403, "missing_scope"), (401, None)])
def test_a_key_that_may_not_ask_for_models_is_not_refused(server, status, code):
    error = {"message": "Missing scopes: model.read.", "type": "invalid_request_error", "param": None, "code": code}
    assert type(failed(HOUSES[0], server, Reply({"error": error}, status))) is Unavailable


@pytest.mark.parametrize(
    ("model", "answer"),
    [
        ("llava", listed("llava:latest", "qwen")),  # Ollama
        ("llava:7b", listed("llava:7b")),
        ("anything", listed("/models/one.gguf", owned_by="llamacpp")),
        ("anything", listed()),
        *[("anything", Reply({"error": "no such page"}, status)) for status in (404, 405, 501)],
    ],
)
def test_a_server_of_your_own_is_taken_by_its_word_where_it_has_one(server, model, answer):
    server.say(answer)
    CAPTIONERS["compatible"]().check(Key("", base_url="https://models.mill.lan/v1", model=model))
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize("name", ["llava:13b", "lava", "llava:latest:latest"])
def test_a_server_of_your_own_does_not_have_every_model(server, name):
    server.say(listed("llava:latest", "llava:7b"))
    with pytest.raises(Suspended):
        CAPTIONERS["compatible"]().check(Key("", base_url="https://models.mill.lan/v1", model=name))


@pytest.mark.parametrize(("name", "there"), [("a/b:online", True), ("@preset/mine", True), ("a/c:free", False)])
def test_openrouters_ways_to_have_a_model(server, name, there):
    server.say(Reply({"data": {}}), listed("a/b", "a/d"))
    try:
        CAPTIONERS["openrouter"]().check(Key(SECRET, model=name))
        found = True
    except Suspended:
        found = False
    assert found is there


def test_a_models_name_leads_to_no_other_address(server):
    server.say(Reply({"id": "x"}))
    CAPTIONERS["openai"]().check(Key(SECRET, model="x?y=1#z &"))
    assert server.asked[0].path == "/api.openai.com/v1/models/x%3Fy%3D1%23z%20%26"


@pytest.mark.parametrize("name", ["../files", "a/../../files", "/", "a//b", "."])
def test_a_way_to_another_address_is_no_model(server, name):
    with pytest.raises(Suspended):
        CAPTIONERS["openai"]().check(Key(SECRET, model=name))
    assert server.asked == []


def test_the_describer_needs_nothing():
    CAPTIONERS["describer"]().check(Key())
