"""Chat completions as the sandbox plays them: what is answered, what is refused, and in which words."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
import requests
from PIL import Image

from tests.sandbox.google_world import picture
from tests.sandbox_fixture import Box

CAPTION = {
    "type": "json_schema",
    "json_schema": {
        "name": "caption",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {
                "caption": {"type": "string"},
                "alt_text": {"type": "string"},
                "hashtags": {"type": "array", "items": {"type": "string"}},
            },
            "required": ["caption", "alt_text", "hashtags"],
            "additionalProperties": False,
        },
    },
}


def data_url(content: bytes, mime: str = "image/jpeg") -> str:
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def messages(words: str = "Describe it.", url: str = "") -> list[dict[str, Any]]:
    image = {"type": "image_url", "image_url": {"url": url or data_url(picture())}}
    return [
        {"role": "system", "content": "You write captions."},
        {"role": "user", "content": [{"type": "text", "text": words}, image]},
    ]


def post(sandbox: Box, *, key: str = "sk-practice", base: str = "api.openai.com/v1", **body: Any) -> requests.Response:
    usual = {"model": "gpt-6-luna", "messages": messages()}
    wanted = {name: value for name, value in (usual | body).items() if value is not None}
    return requests.post(
        f"{sandbox.root}/{base}/chat/completions",
        json=wanted,
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=20,
    )


def words(answer: requests.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.json()["choices"][0]["message"]["content"]))


def test_the_caption_speaks_of_what_is_in_the_picture(sandbox: Box) -> None:
    seen = {
        colour: words(post(sandbox, messages=messages(url=data_url(picture(90, 60, colour))), response_format=CAPTION))
        for colour in ("red", "blue")
    }
    assert "red" in seen["red"]["caption"]
    assert "blue" in seen["blue"]["caption"]
    assert "landscape" in seen["red"]["alt_text"]
    assert all(tag.startswith("#") for tag in seen["red"]["hashtags"])


def test_each_of_several_pictures_is_told_apart(sandbox: Box) -> None:
    first = messages(url=data_url(picture(90, 60, "red")))
    other = {"type": "image_url", "image_url": {"url": data_url(picture(60, 90, "blue"))}}
    first[1]["content"].append(other)
    first[0]["content"] = "Answer in JSON."
    told = words(post(sandbox, messages=first, response_format={"type": "json_object"}))
    red, blue = told["alt_texts"]
    assert ("red" in red, "landscape" in red) == (True, True)
    assert ("blue" in blue, "portrait" in blue) == (True, True)


def test_more_pictures_than_a_request_may_have_are_refused(sandbox: Box) -> None:
    many = messages()
    many[1]["content"] = many[1]["content"][1:] * 501
    assert post(sandbox, messages=many).status_code == 400


def test_a_turned_picture_is_seen_upright(sandbox: Box) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (90, 60), "red").save(out, "JPEG", exif=exif)
    turned = messages(url=data_url(out.getvalue()))
    assert "portrait" in words(post(sandbox, messages=turned, response_format=CAPTION))["alt_text"]


def test_the_same_picture_and_words_bring_the_same_caption(sandbox: Box) -> None:
    first, second = (words(post(sandbox, response_format=CAPTION)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "text",
    [
        "The file is called fresh-bread_rolls.jpg",
        "File: Fresh bread rolls.JPG\nWrite.",
        'Its name is "fresh bread rolls.heic".',
    ],
)
def test_a_telling_file_name_is_used(sandbox: Box, text: str) -> None:
    answer = post(sandbox, messages=messages(text), response_format=CAPTION)
    assert words(answer)["caption"].startswith("Fresh bread rolls, in ")


@pytest.mark.parametrize("name", ["IMG_2041.jpg", "DSC00012.JPG", "PXL 20261121 101010.jpg", "DSCF-1.png"])
def test_a_name_that_a_camera_made_up_is_not_used(sandbox: Box, name: str) -> None:
    answer = post(sandbox, messages=messages(f"File: {name}"), response_format=CAPTION)
    assert words(answer)["caption"].startswith("A cool moment in turquoise.")


def test_limits_in_the_request_are_kept(sandbox: Box) -> None:
    asked = messages("Write at most 30 characters. Add 2 hashtags. File: a-very-long-name-of-a-picture.jpg")
    said = words(post(sandbox, messages=asked, response_format=CAPTION))
    assert len(said["caption"]) <= 30
    assert len(said["hashtags"]) == 2


def test_without_a_schema_the_answer_is_plain_text(sandbox: Box) -> None:
    choice = post(sandbox).json()["choices"][0]
    assert (choice["finish_reason"], choice["message"]["refusal"]) == ("stop", None)
    assert "#" in choice["message"]["content"]


def test_any_schema_is_filled(sandbox: Box) -> None:
    schema = {
        "type": "object",
        "properties": {
            "mood": {"type": "string", "enum": ["calm", "loud"]},
            "stars": {"type": "integer", "minimum": 1},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "posts": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/post"}},
        },
        "$defs": {
            "post": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "tags": {"type": ["string", "null"]}},
                "required": ["text", "tags"],
                "additionalProperties": False,
            }
        },
        "required": ["mood", "stars", "note", "posts"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "many", "strict": True, "schema": schema}}
    said = words(post(sandbox, response_format=form))
    assert (said["mood"], said["stars"], said["note"], len(said["posts"])) == ("calm", 1, "", 2)
    assert said["posts"][0]["text"]


def test_usage_grows_with_the_picture_and_counts_thoughts(sandbox: Box) -> None:
    small, large = (
        post(sandbox, messages=messages(url=data_url(picture(side, side)))).json()["usage"] for side in (64, 512)
    )
    assert large["prompt_tokens"] - small["prompt_tokens"] == 16 * 16 - 2 * 2
    assert small["completion_tokens_details"]["reasoning_tokens"] == 64
    assert small["total_tokens"] == small["prompt_tokens"] + small["completion_tokens"]


def test_an_answer_longer_than_allowed_is_cut_and_says_so(sandbox: Box) -> None:
    choice = post(sandbox, max_completion_tokens=68).json()["choices"][0]
    assert (choice["finish_reason"], len(choice["message"]["content"])) == ("length", 16)
    assert post(sandbox, max_completion_tokens=4000).json()["choices"][0]["finish_reason"] == "stop"


def test_answers_carry_the_headers_that_tell_of_limits(sandbox: Box) -> None:
    headers = post(sandbox).headers
    assert headers["x-request-id"].startswith("req_")
    assert headers["x-ratelimit-remaining-requests"] == "499"


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"model": None}, "missing_required_parameter", "model"),
        ({"messages": None}, "missing_required_parameter", "messages"),
        ({"messages": "hello"}, "invalid_type", "messages"),
        ({"messages": []}, "invalid_value", "messages"),
        ({"messages": [{"role": "boss", "content": "hi"}]}, "invalid_value", "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "missing_required_parameter", "messages[0].content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "picture"}]}]},
            "invalid_value",
            "messages[0].content[0].type",
        ),
        ({"n": True}, "invalid_type", "n"),
        ({"temperature": -1, "model": "gpt-4o-mini"}, "invalid_value", "temperature"),
        ({"temperature": 0.2}, "unsupported_value", "temperature"),
        ({"max_tokens": 300}, "unsupported_parameter", "max_tokens"),
        ({"stream": True}, "unsupported_value", "stream"),
        ({"response_format": {"type": "yaml"}}, "invalid_value", "response_format.type"),
        ({"response_format": {"type": "json_object"}}, "invalid_value", "messages"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(sandbox: Box, body: dict[str, Any], code: str, param: str) -> None:
    answer = post(sandbox, **body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, code, param)
    assert error["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"additionalProperties": True}, "'additionalProperties' is required"),
        ({"required": ["caption"]}, "Missing 'alt_text'"),
        ({"type": "array"}, "schema must be a JSON Schema of 'type: \"object\"'"),
        ({"allOf": []}, "'allOf' is not permitted"),
    ],
)
def test_a_strict_schema_must_be_complete(sandbox: Box, change: dict[str, Any], complaint: str) -> None:
    form = json.loads(json.dumps(CAPTION))
    form["json_schema"]["schema"] |= change
    error = post(sandbox, response_format=form).json()["error"]
    assert (error["code"], error["param"]) == ("invalid_json_schema", "response_format")
    assert complaint in error["message"]
    form["json_schema"]["strict"] = False
    assert post(sandbox, response_format=form).status_code == 200


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (data_url(picture()[:200]), "image_parse_error"),
        (data_url(b"not a picture"), "image_parse_error"),
        (data_url(picture(kind="BMP")), "invalid_image_format"),
        (data_url(picture(), "image/heic"), "invalid_image_format"),
        ("data:image/jpeg;base64,%%%", "invalid_image_url"),
        ("https://example.com/cat.jpg", "invalid_image_url"),
    ],
)
def test_a_picture_that_cannot_be_seen_is_refused(sandbox: Box, url: str, code: str) -> None:
    answer = post(sandbox, messages=messages(url=url))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize("key", ["", "wrong", "pk-practice"])
def test_a_wrong_key_is_refused(sandbox: Box, key: str) -> None:
    answer = post(sandbox, key=key)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


def test_a_model_that_there_is_not_is_not_found(sandbox: Box) -> None:
    answer = post(sandbox, model="gpt-3")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


def test_models_are_listed_for_whoever_has_a_key(sandbox: Box) -> None:
    address = f"{sandbox.root}/api.openai.com/v1/models"
    assert requests.get(address, timeout=10).status_code == 401
    listed = requests.get(address, headers={"Authorization": "Bearer sk-practice"}, timeout=10).json()
    assert listed["object"] == "list"
    assert "gpt-6-luna" in {model["id"] for model in listed["data"]}


def test_openrouter_tells_what_it_cost(sandbox: Box) -> None:
    answer = post(
        sandbox, base="openrouter.ai/api/v1", model="openai/gpt-6-luna", provider={"require_parameters": True}
    )
    body = answer.json()
    usage = body["usage"]
    expected = (usage["prompt_tokens"] * 0.10 + usage["completion_tokens"] * 0.50) / 1e6
    assert usage["cost"] == pytest.approx(expected)
    assert body["id"].startswith("gen-")
    poor = post(sandbox, base="openrouter.ai/api/v1", model="practice-no-quota")
    assert (poor.status_code, poor.json()["error"]["code"]) == (402, 402)


def test_gemini_speaks_the_same_language_but_complains_in_its_own(sandbox: Box) -> None:
    base = "generativelanguage.googleapis.com/v1beta/openai"
    good = post(sandbox, base=base, key="AIza-practice", model="gemini-3.8-flash", response_format=CAPTION)
    assert words(good)["caption"]
    bad = post(sandbox, base=base, key="AIza-practice", model="gemini-0")
    assert (bad.status_code, bad.json()[0]["error"]["status"]) == (404, "NOT_FOUND")
