"""No text for people or logs has a secret in it: neither one of a known shape nor one that we have had in our hands."""

from __future__ import annotations

import pytest
from django.apps import apps

from poster.secrets import redaction
from poster.secrets.redaction import hold, redact

PLAIN = "correct horse battery"


@pytest.fixture(autouse=True)
def _empty_hands():
    before = dict(redaction._held)
    yield
    redaction._held.clear()
    redaction._held.update(before)


def test_what_was_in_our_hands_is_hidden_whatever_its_shape() -> None:
    assert PLAIN in redact(f"They said: {PLAIN}!")
    hold(PLAIN)
    assert redact(f"They said: {PLAIN}!") == "They said: [hidden]!"


def test_of_an_object_only_what_is_called_a_secret_is_held() -> None:
    hold({"grant": {"access_token": "a-token-of-ours"}, "profile": {"name": "Harbour Light Bakery"}}, "found")
    told = redact("Harbour Light Bakery gave a-token-of-ours")
    assert told == "Harbour Light Bakery gave [hidden]"


def test_short_words_are_not_held() -> None:
    hold("secret")
    assert redact("It is a secret") == "It is a secret"


def test_only_the_newest_are_held() -> None:
    for number in range(redaction.MOST_HELD + 1):
        hold(f"the secret number {number:05}")
    assert len(redaction._held) == redaction.MOST_HELD
    assert redact("the secret number 00500") == "[hidden]"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "?access_token=abc&x=1",
            "Bearer abcdefgh12",
            "EAAabcdefgh",
            "ya29.abc-def",
            "sk-abcdefgh",
            '{"client_secret": "x"}',
        ),
        *("fb_exchange_token=abc", "appsecret_proof=abc", "AIzaabcdefghij"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str) -> None:
    assert "[hidden]" in redact(text)
    assert "abc" not in redact(text)


def test_what_the_environment_gave_us_is_hidden_from_the_start(settings) -> None:
    settings.GOOGLE_SIGNIN = ("an-id", "a-secret-of-the-door")
    settings.EMAIL_HOST_PASSWORD = "a-password-of-the-post"
    apps.get_app_config("poster").ready()
    for secret in (settings.SECRET_KEY, settings.AUDIT_KEY, "a-secret-of-the-door", "a-password-of-the-post"):
        assert secret not in redact(f"They said {secret}.")
