"""Taking secrets out of text that people or logs will see."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAMED = re.compile(
    r"(?i)\b(access_token|refresh_token|client_secret|appsecret_proof|fb_exchange_token|input_token|id_token"
    r"|code_verifier|code|signature|x-amz-[a-z-]+|key|password|secret)([\"']?\s*[=:]\s*[\"']?)([^\s&\"',}]+)"
)
_BEARER = re.compile(r"(?i)\b(bearer|oauth)\s+[\w.~+/|=-]{8,}")
# What Meta, Google and the AI vendors start their tokens and keys with.
_SHAPED = re.compile(r"\b(EAA\w{8,}|IGA?\w{30,}|THQ?\w{30,}|ya29\.[\w.-]+|1//[\w-]{10,}|sk-[\w-]{8,}|AIza[\w-]{10,})")


# Addresses of ours that open something by themselves: a picture on its way, an invitation, a mailed link.
_OPENING = re.compile(
    r"(?i)(/(?:picture|join|approve|not-me|mails/end|accounts/(?:confirm-email|password/reset/key))/)[^\s/?#\"'<>\\]+"
)
LONGEST_STRANGE = 200  # characters that a stranger may write into one place of a line


# Secrets that this process has had in its hands, newest last: whatever their shape, they are known when they come back.
_held: dict[str, None] = {}
MOST_HELD, SHORTEST = 500, 12
SECRET_PARTS = ("token", "secret", "key", "verifier", "password")


def hold(value: object, name: str = "secret") -> None:
    """Remember a secret, or those in an object by the names of its parts, so that `redact` hides it from now on."""
    if isinstance(value, Mapping):
        for part, inner in value.items():
            hold(inner, str(part))
    elif isinstance(value, str) and len(value) >= SHORTEST and any(part in name for part in SECRET_PARTS):
        _held.pop(value, None)
        _held[value] = None
        for oldest in list(_held)[:-MOST_HELD]:
            _held.pop(oldest, None)


def storable(text: str) -> str:
    """Without NUL, which PostgreSQL takes in no column, and halves of characters, which UTF-8 has no bytes for."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def redact(text: str, *, limit: int = 600) -> str:
    """`text` without tokens, keys and signatures, cut to `limit` characters."""
    text = storable(text)
    for secret in list(_held):
        if secret in text:
            text = text.replace(secret, "[hidden]")
    text = _NAMED.sub(lambda match: f"{match[1]}{match[2]}[hidden]", text)
    text = _SHAPED.sub("[hidden]", _BEARER.sub(r"\1 [hidden]", text))
    text = _OPENING.sub(r"\1[hidden]", text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def brief(text: str) -> str:
    """What a stranger has written, for a line of a log: redacted, cut, and without the end of the line."""
    told = redact(text, limit=LONGEST_STRANGE)
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in told)
