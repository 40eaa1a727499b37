"""Getting in at Meta: the consent dialogs, codes, tokens, and how they end."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.sandbox.conftest import Client, numbers
from tests.sandbox_fixture import Box

BACK = "http://127.0.0.1:8000/connect/back"
SCOPES = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"]
DAY = 86_400
DIALOGS = {
    "facebook": "www.facebook.com/v25.0/dialog/oauth",
    "instagram": "www.instagram.com/oauth/authorize",
    "threads": "threads.net/oauth/authorize",
}
ASKED = {
    "facebook": SCOPES,
    "instagram": ["instagram_business_basic", "instagram_business_content_publish"],
    "threads": ["threads_basic", "threads_content_publish"],
}
DONE = {"facebook": "#_=_", "instagram": "#_", "threads": "#_"}


def dialog(box: Box, made: dict[str, Any], product: str = "facebook", **changes: str) -> str:
    """The address that an app sends the browser to."""
    asked: dict[str, Any] = {
        "client_id": made[product]["app_id"],
        "redirect_uri": BACK,
        "state": "abc",
        "scope": ",".join(ASKED[product]),
        "response_type": "code",
    }
    return f"{box.root}/{DIALOGS[product]}?{urlencode(asked | changes)}"


def decide(address: str, decision: str = "allow", **ticked: Any) -> dict[str, str]:
    """Send the dialog's form; what the app gets back in its address."""
    answer = requests.post(address, data={"decision": decision, **ticked}, timeout=10, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"].startswith(f"{BACK}?")
    told = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}
    return told | {"#": "#" + urlsplit(answer.headers["Location"]).fragment}


def allowed(box: Box, made: dict[str, Any], product: str = "facebook", **ticked: Any) -> dict[str, str]:
    """What comes back after a person allowed everything, or what was ticked."""
    everything: dict[str, Any] = {"account": made[product]["account_id"], "scope": ASKED[product]}
    if product == "facebook":
        everything["page"] = [page["id"] for page in made["facebook"]["pages"]]
    return decide(dialog(box, made, product), **everything | ticked)


def redemption(made: dict[str, Any], product: str, code: str) -> dict[str, Any]:
    """What an app sends to get a token for a code."""
    return {
        "client_id": made[product]["app_id"],
        "client_secret": made[product]["app_secret"],
        "redirect_uri": BACK,
        "grant_type": "authorization_code",
        "code": code,
    }


def graph(box: Box, token: str = "") -> Client:
    """graph.facebook.com."""
    return Client(f"{box.root}/graph.facebook.com/v25.0", token)


@pytest.mark.parametrize("product", list(DIALOGS))
def test_the_dialog_shows_who_asks_for_what(sandbox: Box, person: dict[str, Any], product: str) -> None:
    page = requests.get(dialog(sandbox, person, product), timeout=10)
    assert page.status_code == 200
    assert "asks for your permission" in page.text
    assert person[product]["account_id"] in page.text
    assert ASKED[product][-1] in page.text


@pytest.mark.parametrize("product", list(DIALOGS))
def test_allowing_sends_back_a_code_and_the_state(sandbox: Box, person: dict[str, Any], product: str) -> None:
    told = allowed(sandbox, person, product)
    assert told["state"] == "abc"
    assert len(told["code"]) > 100
    assert told["#"] == DONE[product]


def test_cancelling_says_so_in_metas_words(sandbox: Box, person: dict[str, Any]) -> None:
    told = decide(dialog(sandbox, person), "cancel")
    assert told == {
        "error": "access_denied",
        "error_code": "200",
        "error_description": "Permissions error",
        "error_reason": "user_denied",
        "state": "abc",
        "#": "#_=_",
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_id": "42"}, "Invalid App ID"),
        ({"scope": "pages_show_list,everything"}, "Invalid Scopes"),
        ({"redirect_uri": ""}, "redirect_uri"),
        ({"redirect_uri": "http://example.com/back"}, "https"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri"),
    ],
)
def test_a_wrong_question_is_answered_on_the_page(
    sandbox: Box, person: dict[str, Any], change: dict[str, str], words: str
) -> None:
    page = requests.get(dialog(sandbox, person, **change), timeout=10, allow_redirects=False)
    assert page.status_code == 400
    assert words in page.text


def test_a_code_becomes_a_short_token_and_that_a_long_one(sandbox: Box, person: dict[str, Any]) -> None:
    code = allowed(sandbox, person)["code"]
    short = graph(sandbox).post("oauth/access_token", **redemption(person, "facebook", code))
    assert short["token_type"] == "bearer"
    assert short["expires_in"] <= 7200
    longer = graph(sandbox).get(
        "oauth/access_token",
        grant_type="fb_exchange_token",
        client_id=person["facebook"]["app_id"],
        client_secret=person["facebook"]["app_secret"],
        fb_exchange_token=short["access_token"],
    )
    assert longer["expires_in"] > 59 * DAY
    [page] = graph(sandbox, longer["access_token"]).get("me/accounts")["data"]
    sandbox.advance(90 * DAY)
    assert graph(sandbox, page["access_token"]).get("me")["id"] == page["id"]


def test_a_page_token_of_a_short_token_dies_with_it(sandbox: Box, person: dict[str, Any]) -> None:
    code = allowed(sandbox, person)["code"]
    short = graph(sandbox).post("oauth/access_token", **redemption(person, "facebook", code))["access_token"]
    [page] = graph(sandbox, short).get("me/accounts")["data"]
    sandbox.advance(2 * 3600)
    error = graph(sandbox, page["access_token"]).error("GET", "me")
    assert numbers(error) == (190, 463)
    assert error["message"].startswith("Error validating access token: Session has expired on ")


def test_a_code_works_once(sandbox: Box, person: dict[str, Any]) -> None:
    asked: dict[str, Any] = redemption(person, "facebook", allowed(sandbox, person)["code"])
    graph(sandbox).post("oauth/access_token", **asked)
    answer = graph(sandbox).ask("POST", "oauth/access_token", **asked)
    assert numbers(answer.json()["error"]) == (100, 36009)
    assert "invalid_code" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"redirect_uri": BACK + "/"}, (100, 36008)),
        ({"code": "nonsense"}, (100, 36008)),
        ({"client_secret": "guess"}, (1, 0)),
        ({"client_id": "42"}, (101, 0)),
    ],
)
def test_a_wrong_redemption_is_refused(
    sandbox: Box, person: dict[str, Any], change: dict[str, str], expected: tuple[int, int]
) -> None:
    asked: dict[str, Any] = redemption(person, "facebook", allowed(sandbox, person)["code"])
    assert numbers(graph(sandbox).error("POST", "oauth/access_token", **asked | change)) == expected


def test_an_old_code_is_refused(sandbox: Box, person: dict[str, Any]) -> None:
    asked: dict[str, Any] = redemption(person, "facebook", allowed(sandbox, person)["code"])
    sandbox.advance(3600)
    assert numbers(graph(sandbox).error("POST", "oauth/access_token", **asked)) == (100, 36007)


def test_what_was_not_ticked_is_declined_and_missing(sandbox: Box, person: dict[str, Any]) -> None:
    code = allowed(sandbox, person, scope=["pages_show_list"], page=[])["code"]
    token = graph(sandbox).post("oauth/access_token", **redemption(person, "facebook", code))["access_token"]
    told = {row["permission"]: row["status"] for row in graph(sandbox, token).get("me/permissions")["data"]}
    assert told["pages_show_list"] == "granted"
    assert told["pages_manage_posts"] == "declined"
    assert graph(sandbox, token).get("me/accounts")["data"] == []


def test_an_inspected_token_tells_its_rights_and_its_end(sandbox: Box, person: dict[str, Any]) -> None:
    app = f"{person['facebook']['app_id']}|{person['facebook']['app_secret']}"
    [page] = person["facebook"]["pages"]
    user_token = graph(sandbox, app).get("debug_token", input_token=person["facebook"]["access_token"])["data"]
    page_token = graph(sandbox, app).get("debug_token", input_token=page["access_token"])["data"]
    assert user_token["type"] == "USER"
    assert user_token["expires_at"] > 0
    assert {"scope": "pages_manage_posts", "target_ids": [page["id"]]} in user_token["granular_scopes"]
    assert (page_token["type"], page_token["expires_at"], page_token["profile_id"]) == ("PAGE", 0, page["id"])


def test_an_inspected_token_that_ended_says_why(sandbox: Box, person: dict[str, Any]) -> None:
    app = f"{person['facebook']['app_id']}|{person['facebook']['app_secret']}"
    sandbox.advance(61 * DAY)
    told = graph(sandbox, app).get("debug_token", input_token=person["facebook"]["access_token"])["data"]
    assert told["is_valid"] is False
    assert told["error"]["subcode"] == 463


def test_removing_the_app_kills_every_token_of_it(sandbox: Box, user: Client, page: Client) -> None:
    assert user.ask("DELETE", "me/permissions").json() == {"success": True}
    assert numbers(user.error("GET", "me")) == (190, 458)
    assert numbers(page.error("POST", "me/feed", message="x")) == (190, 458)


def test_one_permission_can_be_taken_away(sandbox: Box, user: Client, page: Client) -> None:
    assert user.ask("DELETE", "me/permissions/pages_manage_posts").json() == {"success": True}
    assert page.error("POST", "me/feed", message="x")["code"] == 200


def test_without_a_token_or_with_nonsense_nothing_is_told(sandbox: Box) -> None:
    assert graph(sandbox).error("GET", "me")["code"] == 2500
    assert graph(sandbox).error("GET", "12345")["code"] == 104
    assert graph(sandbox, "nonsense").error("GET", "me")["code"] == 190


def test_a_token_of_one_service_is_nothing_at_another(sandbox: Box, person: dict[str, Any]) -> None:
    assert graph(sandbox, person["threads"]["access_token"]).error("GET", "me")["code"] == 190


def test_a_token_may_also_be_a_parameter(sandbox: Box, person: dict[str, Any]) -> None:
    token = person["facebook"]["access_token"]
    assert graph(sandbox).get("me", access_token=token)["id"] == person["facebook"]["account_id"]
    assert {call["token_in"] for call in sandbox.calls("/me")} == {"address"}


def proof(secret: str, token: str) -> str:
    """Meta's formula for appsecret_proof."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def test_a_proof_is_checked_when_given(sandbox: Box, user: Client, person: dict[str, Any]) -> None:
    right = proof(person["facebook"]["app_secret"], user.token)
    assert user.get("me", appsecret_proof=right)
    assert "appsecret_proof" in user.error("GET", "me", appsecret_proof="0" * 64)["message"]


def test_a_proof_can_be_demanded(sandbox: Box) -> None:
    made = sandbox.person(require_proof=True)["facebook"]
    user = graph(sandbox, made["access_token"])
    assert "appsecret_proof" in user.error("GET", "me")["message"]
    assert user.get("me", appsecret_proof=proof(made["app_secret"], user.token))


def test_instagram_login_gives_a_flat_answer_and_its_errors_are_not_wrapped(
    sandbox: Box, person: dict[str, Any]
) -> None:
    api = Client(f"{sandbox.root}/api.instagram.com")
    asked: dict[str, Any] = redemption(person, "instagram", allowed(sandbox, person, "instagram")["code"])
    told = api.post("oauth/access_token", **asked)
    assert told["user_id"] == person["instagram"]["account_id"]
    assert told["permissions"] == ASKED["instagram"]
    again = api.ask("POST", "oauth/access_token", **asked)
    assert again.status_code == 400
    assert again.json() == {
        "error_type": "OAuthException",
        "code": 400,
        "error_message": "Matching code was not found or was already used",
    }


def test_threads_login_gives_the_user_id_as_a_number(sandbox: Box, person: dict[str, Any]) -> None:
    asked: dict[str, Any] = redemption(person, "threads", allowed(sandbox, person, "threads")["code"])
    told = Client(f"{sandbox.root}/graph.threads.net").post("oauth/access_token", **asked)
    assert told["user_id"] == int(person["threads"]["account_id"])


@pytest.mark.parametrize(
    ("product", "host", "prefix"),
    [("instagram", "graph.instagram.com", "ig"), ("threads", "graph.threads.net", "th")],
)
def test_short_tokens_are_lengthened_and_long_ones_refreshed_after_a_day(
    sandbox: Box, person: dict[str, Any], product: str, host: str, prefix: str
) -> None:
    secret = person[product]["app_secret"]
    short = Client(f"{sandbox.root}/{host}", sandbox.person(long=False)[product]["access_token"])
    told = short.get("access_token", grant_type=f"{prefix}_exchange_token", client_secret=secret)
    assert told["expires_in"] == 5_183_944
    longer = Client(short.root, told["access_token"])
    assert longer.error("GET", "refresh_access_token", grant_type=f"{prefix}_refresh_token")["code"] == 100
    sandbox.advance(2 * DAY)
    fresh = longer.get("refresh_access_token", grant_type=f"{prefix}_refresh_token")
    assert fresh["expires_in"] == 5_183_944
    sandbox.advance(61 * DAY)
    ended = Client(short.root, fresh["access_token"])
    assert numbers(ended.error("GET", "refresh_access_token", grant_type=f"{prefix}_refresh_token")) == (190, 463)


def test_the_practice_people_are_made_once_and_keep_their_tokens(sandbox: Box) -> None:
    first, second = sandbox.practice(), sandbox.practice()
    assert first["facebook"]["access_token"] == second["facebook"]["access_token"]
    assert [page["name"] for page in first["facebook"]["pages"]] == ["Practice Bakery"]
    assert first["facebook"]["pages"][0]["instagram_id"]
    assert {"access_token", "expires_in", "scopes", "account_id"} <= set(first["threads"])


def test_practice_tokens_are_made_anew_when_they_end(sandbox: Box) -> None:
    before = sandbox.practice()["threads"]["access_token"]
    sandbox.advance(61 * DAY)
    after = sandbox.practice()["threads"]["access_token"]
    assert after != before
    assert Client(f"{sandbox.root}/graph.threads.net", after).get("me")


def test_facebook_asks_again_for_what_was_declined_only_when_the_app_wants_that(sandbox: Box, person: dict[str, Any]):
    def granted(**changes: str) -> list[str]:
        back = decide(dialog(sandbox, person, **changes), account=person["facebook"]["account_id"], scope=SCOPES)
        token = graph(sandbox).post("oauth/access_token", **redemption(person, "facebook", back["code"]))[
            "access_token"
        ]
        rows = graph(sandbox, token).get("me/permissions")["data"]
        return [row["permission"] for row in rows if row["status"] == "granted"]

    decide(dialog(sandbox, person), account=person["facebook"]["account_id"], scope=SCOPES[:2])
    assert "pages_manage_posts" not in granted()
    assert "pages_manage_posts" in granted(auth_type="rerequest")
    assert "pages_manage_posts" in granted()


def test_ninety_days_after_the_person_pages_go_on_and_instagram_behind_them_does_not(
    sandbox: Box, person: dict[str, Any]
) -> None:
    [page] = person["facebook"]["pages"]
    client = graph(sandbox, page["access_token"])
    account = page["instagram_id"]
    sandbox.advance(89 * DAY)
    assert client.get(f"{account}/media")["data"] == []
    sandbox.advance(2 * DAY)
    assert client.get(f"{page['id']}/published_posts")["data"] == []
    assert numbers(client.error("GET", f"{account}/media")) == (10, 0)
