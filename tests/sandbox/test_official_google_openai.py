"""The vendors' own clients, unmodified but for the address: proof that the sandbox is not just our own mirror.

Where the reference files are at hand, requests and answers are also held against the official schemas.
"""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import google_auth_httplib2
import openai
import pydantic
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient import discovery, discovery_cache
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload, build_http

from tests.sandbox.google_world import Google, google_account, picture
from tests.sandbox.test_openai_chat import CAPTION, data_url, messages, post
from tests.sandbox_fixture import Box

ALL_DRIVES = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}


class Caption(pydantic.BaseModel):
    caption: str
    alt_text: str
    hashtags: list[str]


@pytest.fixture
def account(sandbox: Box) -> Google:
    return google_account(sandbox, email="owner@example.com")


@pytest.fixture
def credentials(account: Google) -> Credentials:
    """Google's own, with only the token address moved."""
    return Credentials(
        account.login["access_token"],
        refresh_token=account.login["refresh_token"],
        token_uri=f"{account.root}/oauth2.googleapis.com/token",
        client_id=account.login["client_id"],
        client_secret=account.login["client_secret"],
    )


@pytest.fixture
def drive(account: Google, credentials: Credentials) -> Any:
    """The official Drive client, made from the document that it ships, moved to the sandbox."""
    document = json.loads((Path(discovery_cache.__file__).parent / "documents" / "drive.v3.json").read_text())
    document["rootUrl"] = document["baseUrl"] = f"{account.root}/www.googleapis.com/"
    document.pop("mtlsRootUrl", None)
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=build_http())
    with discovery.build_from_document(document, http=http) as service:
        yield service


@pytest.fixture
def ai(sandbox: Box) -> Any:
    """The official OpenAI client."""
    with openai.OpenAI(api_key="sk-practice", base_url=f"{sandbox.root}/api.openai.com/v1", max_retries=0) as client:
        yield client


def test_drives_client_pages_through_a_folder(account: Google, drive: Any) -> None:
    folder = account.folder("pictures")
    names = [f"{number}.jpg" for number in range(5)]
    for name in names:
        account.upload(name, picture(), folder)
    query = {"q": f"'{folder}' in parents and trashed = false", "pageSize": 2, "orderBy": "name"}
    found, pages = [], 0
    asked = drive.files().list(**query, fields="nextPageToken,files(id,name)", **ALL_DRIVES)
    while asked is not None:
        answer = asked.execute()
        found += [file["name"] for file in answer["files"]]
        pages += 1
        asked = drive.files().list_next(asked, answer)
    assert (found, pages) == (names, 3)


def test_drives_client_follows_changes(account: Google, drive: Any) -> None:
    token = drive.changes().getStartPageToken(supportsAllDrives=True).execute()["startPageToken"]
    file = account.upload("cat.jpg", picture())
    account.upload("dog.jpg", picture())
    account.delete(file["id"])
    seen = []
    while True:
        page = drive.changes().list(pageToken=token, pageSize=1, **ALL_DRIVES).execute()
        seen += [(change["removed"], change.get("file", {}).get("name")) for change in page["changes"]]
        if "newStartPageToken" in page:
            break
        token = page["nextPageToken"]
    assert seen == [(False, "dog.jpg"), (True, None)]


def test_drives_client_downloads_in_pieces(account: Google, drive: Any) -> None:
    content = bytes(range(256)) * 2000
    file = account.upload("big.bin", content)
    out = io.BytesIO()
    download = MediaIoBaseDownload(out, drive.files().get_media(fileId=file["id"]), chunksize=100_000)
    pieces, done = 0, False
    while not done:
        _, done = download.next_chunk()
        pieces += 1
    assert (out.getvalue() == content, pieces) == (True, 6)


def test_drives_client_downloads_an_empty_file(account: Google, drive: Any) -> None:
    file = account.upload("empty.bin", b"")
    out = io.BytesIO()
    _, done = MediaIoBaseDownload(out, drive.files().get_media(fileId=file["id"])).next_chunk()
    assert (done, out.getvalue()) == (True, b"")


def test_drives_client_reads_the_reason_of_an_error(drive: Any) -> None:
    with pytest.raises(HttpError) as caught:
        drive.files().get(fileId="nothing").execute()
    assert caught.value.status_code == 404
    assert caught.value.error_details[0]["reason"] == "notFound"


def test_drives_client_waits_out_a_rate_limit(account: Google, drive: Any, sandbox: Box) -> None:
    sandbox.fault("rate", host="www.googleapis.com", variant="userRateLimitExceeded", times=1)
    request = drive.files().list()
    request._sleep = lambda _seconds: None  # the client's own seam for its tests
    assert request.execute(num_retries=1)["files"] == []
    assert [call["status"] for call in sandbox.calls("/drive/v3/files")] == [403, 200]


def test_googles_credentials_renew_themselves_when_the_token_has_run_out(
    account: Google, drive: Any, credentials: Credentials, sandbox: Box
) -> None:
    before = credentials.token
    account.steer("POST", f"accounts/{account.login['account_id']}/expire")
    assert drive.files().list().execute()["files"] == []
    assert credentials.token != before
    assert credentials.refresh_token == account.login["refresh_token"]
    assert credentials.expiry is not None
    assert credentials.expiry > datetime.now(tz=None) - timedelta(days=1)  # noqa: DTZ005 - naive, as theirs
    assert [call["status"] for call in sandbox.calls("/drive/v3/files")] == [401, 200]


def test_googles_credentials_know_a_dead_refresh_token(account: Google, drive: Any, sandbox: Box) -> None:
    account.steer("POST", f"accounts/{account.login['account_id']}/revoke")
    with pytest.raises(RefreshError) as caught:
        drive.files().list().execute()
    assert "invalid_grant" in str(caught.value)
    assert caught.value.retryable is False


def test_openais_client_gets_a_caption(ai: Any) -> None:
    answer = ai.chat.completions.create(
        model="gpt-6-luna", messages=cast(Any, messages()), response_format=CAPTION, max_completion_tokens=2000
    )
    said = json.loads(answer.choices[0].message.content)
    assert set(said) == {"caption", "alt_text", "hashtags"}
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer._request_id.startswith("req_")


def test_openais_client_parses_a_model_of_ours(ai: Any) -> None:
    answer = ai.chat.completions.parse(
        model="gpt-6-luna",
        messages=messages(url=data_url(picture(colour="red"))),
        response_format=Caption,
    )
    parsed = answer.choices[0].message.parsed
    assert isinstance(parsed, Caption)
    assert "red" in parsed.caption


def test_openais_client_sees_a_refusal_and_a_cut(ai: Any) -> None:
    refused = ai.chat.completions.parse(
        model="practice-refuses", messages=cast(Any, messages()), response_format=Caption
    )
    assert (refused.choices[0].message.parsed, bool(refused.choices[0].message.refusal)) == (None, True)
    with pytest.raises(openai.LengthFinishReasonError):
        ai.chat.completions.parse(model="practice-cut-off", messages=cast(Any, messages()), response_format=Caption)
    with pytest.raises(openai.ContentFilterFinishReasonError):
        ai.chat.completions.parse(model="practice-filtered", messages=cast(Any, messages()), response_format=Caption)
    with pytest.raises(pydantic.ValidationError):
        ai.chat.completions.parse(model="practice-malformed", messages=cast(Any, messages()), response_format=Caption)


@pytest.mark.parametrize(
    ("model", "error", "code"),
    [
        ("practice-busy", openai.RateLimitError, "rate_limit_exceeded"),
        ("practice-no-quota", openai.RateLimitError, "insufficient_quota"),
        ("practice-down", openai.InternalServerError, None),
        ("nonsense", openai.NotFoundError, "model_not_found"),
        ("practice-forbidden", openai.BadRequestError, "content_policy_violation"),
    ],
)
def test_openais_client_knows_the_errors(
    ai: Any, model: str, error: type[openai.APIStatusError], code: str | None
) -> None:
    with pytest.raises(error) as caught:
        ai.chat.completions.create(model=model, messages=cast(Any, messages()))
    assert caught.value.code == code


def test_openais_client_retries_what_the_server_calls_temporary(sandbox: Box) -> None:
    sandbox.fault("status", host="api.openai.com", status=500, retry_after="0", times=1)
    with openai.OpenAI(api_key="sk-practice", base_url=f"{sandbox.root}/api.openai.com/v1", max_retries=1) as client:
        assert client.chat.completions.create(model="gpt-6-luna", messages=cast(Any, messages())).choices
    assert [call["status"] for call in sandbox.calls("chat/completions")] == [500, 200]


def test_openais_client_lists_models(ai: Any) -> None:
    assert "gpt-6-luna" in {model.id for model in ai.models.list()}
    assert ai.models.retrieve("gpt-6-luna").owned_by == "openai"
    with pytest.raises(openai.AuthenticationError):
        ai.with_options(api_key="wrong").models.list()


def test_openais_client_works_at_the_other_houses(sandbox: Box) -> None:
    for base, name in (
        ("openrouter.ai/api/v1", "openai/gpt-6-luna"),
        ("generativelanguage.googleapis.com/v1beta/openai/", "gemini-3.8-flash"),
    ):
        with openai.OpenAI(api_key="sk-practice", base_url=f"{sandbox.root}/{base}", max_retries=0) as client:
            answer = client.chat.completions.parse(model=name, messages=cast(Any, messages()), response_format=Caption)
            assert answer.choices[0].message.parsed is not None


# Against the official descriptions


def checker(path: Path, name: str) -> Any:
    """A validator for one schema of an OpenAPI file; skips where that cannot be had."""
    jsonschema = pytest.importorskip("jsonschema")
    if not path.exists():
        pytest.skip(f"{path.name} is not among the reference files")
    document = json.loads(path.read_text())
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema.Draft202012Validator(schema)


def complaints(validator: Any, value: object) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(value)]


def test_answers_of_chat_are_as_openai_describes_them(sandbox: Box, shared: Path) -> None:
    validator = checker(shared / "specs/openai/openapi.validation.json", "CreateChatCompletionResponse")
    models = ("gpt-6-luna", "practice-refuses", "practice-cut-off", "practice-filtered", "practice-silent")
    for model in models:
        assert complaints(validator, post(sandbox, model=model, response_format=CAPTION).json()) == []
    assert complaints(validator, {"id": 1}) != []


def test_what_the_official_schema_refuses_the_sandbox_refuses_too(sandbox: Box, shared: Path) -> None:
    validator = checker(shared / "specs/openai/openapi.validation.json", "CreateChatCompletionRequest")
    good = {"model": "gpt-6-luna", "messages": messages(), "response_format": CAPTION}
    assert complaints(validator, good) == []
    changes: tuple[dict[str, Any], ...] = (
        {"messages": "hello"},
        {"messages": []},
        {"messages": [{"role": "boss", "content": "hi"}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "cat.jpg"}]}]},
        {"response_format": {"type": "yaml"}},
        {"temperature": 3, "model": "gpt-4o-mini"},
        {"n": 0},
    )
    for change in changes:
        assert complaints(validator, good | change) != [], change
        assert post(sandbox, **(good | change)).status_code == 400, change


def test_answers_of_openrouter_are_as_it_describes_them(sandbox: Box, shared: Path) -> None:
    path = shared / "specs/openrouter/openapi.validation.json"
    if not path.exists():
        pytest.skip("openapi.validation.json is not among the reference files")
    names = json.loads(path.read_text())["components"]["schemas"]
    name = next(name for name in ("ChatResult", "ChatResponse") if name in names)
    answer = post(sandbox, base="openrouter.ai/api/v1", model="openai/gpt-6-luna").json()
    assert complaints(checker(path, name), answer) == []


def test_resources_of_drive_are_as_its_discovery_document_describes_them(account: Google, shared: Path) -> None:
    path = shared / "specs/google/drive.v3.json"
    if not path.exists():
        pytest.skip("drive.v3.json is not among the reference files")
    schemas = json.loads(path.read_text())["schemas"]
    account.upload("cat.jpg", picture())
    start = account.start()
    account.upload("dog.jpg", picture())
    team = account.steer("POST", "drives", json={"name": "Team", "members": [account.login["account_id"]]})
    account.upload("team.jpg", picture(), team["id"])
    flags: dict[str, Any] = {"supportsAllDrives": "true", "includeItemsFromAllDrives": "true"}
    answers = {
        "FileList": account.get("files", fields="*", **flags),
        "ChangeList": account.get("changes", pageToken=start, fields="*", **flags),
        "About": account.get("about", fields="*"),
        "DriveList": account.get("drives", fields="*"),
        "StartPageToken": account.get("changes/startPageToken"),
    }
    for name, answer in answers.items():
        assert strange(schemas, schemas[name], answer.json(), name) == []
    assert strange(schemas, schemas["File"], {"size": 3, "colour": "red"}, "File") != []


PLAIN: dict[str, Any] = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}


def strange(schemas: dict[str, Any], schema: dict[str, Any], value: Any, where: str) -> list[str]:
    """What in an answer is not in Google's description of it, or has another type."""
    schema = schemas[schema["$ref"]] if "$ref" in schema else schema
    kind = schema.get("type")
    if kind == "array":
        return [one for item in value for one in strange(schemas, schema["items"], item, f"{where}[]")]
    if kind == "object":
        found = []
        for name, inner in value.items():
            below = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            found += [f"{where}.{name}"] if below is None else strange(schemas, below, inner, f"{where}.{name}")
        return found
    return [] if kind == "any" or isinstance(value, PLAIN[kind]) else [f"{where}: {value!r} is no {kind}"]
