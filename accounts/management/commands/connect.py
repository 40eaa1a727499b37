from __future__ import annotations

import datetime as dt
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from accounts.connections import suspensions
from accounts.connections.grants import connect
from accounts.lookup import person
from accounts.models import Channel, Credential
from accounts.providers import PROVIDERS, Grant
from accounts.reasons.people import NoNumber, NoScopes, NoToken
from poster import clock
from poster.command import OperatorCommand
from poster.permissions import NotPossible

KNOWN = {"access_token", "refresh_token", "expires_in", "scopes", "account_id"}
EXAMPLES = """\
  manage.py connect facebook --owner me@example.org < token.json
  echo '{"access_token": "...", "refresh_token": "...", "expires_in": 3599}' \\
      | manage.py connect google --owner me@example.org --json"""


class Command(OperatorCommand):
    help = (
        "Connect an account with tokens that you already have, for machines without a browser.\n\n"
        "The tokens come as one JSON object on standard input:\n"
        '  {"access_token": "...", "refresh_token"?: "...", "expires_in"?: seconds,\n'
        '   "scopes"?: ["..."], "account_id"?: "..."}\n\n'
        "A Facebook token finds Pages and the Instagram accounts linked to them; instagram is for Instagram Login.\n"
        "With account_id nothing is kept unless the token belongs to that account.\n"
        "Connecting the same account again replaces its tokens."
    )
    examples = EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("provider", choices=list(PROVIDERS), help="whose login this is")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="the person it belongs to")

    def answer(self, **options: Any) -> dict[str, Any]:  # noqa: ANN401
        owner = person(options["owner"])
        told = _read(sys.stdin.read())
        credential, channels = connect(
            owner,
            options["provider"],
            _grant(told),
            practice=settings.PRACTICE,
            expecting=str(told.get("account_id") or ""),
        )
        return {
            "account": _account(credential),
            "channels": [as_row(channel) for channel in channels],
            "ignored": sorted(set(told) - KNOWN),
        }

    def tell(self, answer: dict[str, Any]) -> Iterable[str]:
        account = answer["account"]
        yield f"Connected {account['name']} ({account['provider']}, {account['remote_id']})."
        for channel in answer["channels"]:
            problem = f" - {channel['problem']}" if channel["problem"] else ""
            yield f"  {channel['platform']}: {channel['name']}, {channel['state']}{problem}"
        if answer["ignored"]:
            yield f"Not used: {', '.join(answer['ignored'])}."


def _read(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("access_token"), str) or not told["access_token"]:
        raise NotPossible(NoToken())
    return told


def _grant(told: dict[str, Any]) -> Grant:
    seconds, scopes = told.get("expires_in"), told.get("scopes") or []
    if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int | float)):
        raise NotPossible(NoNumber())
    if isinstance(scopes, str):
        scopes = scopes.replace(",", " ").split()
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        raise NotPossible(NoScopes())
    return Grant(
        access_token=told["access_token"],
        refresh_token=str(told.get("refresh_token") or ""),
        expires_at=clock.now() + dt.timedelta(seconds=seconds) if seconds else None,
        scopes=tuple(scopes),
    )


def _account(credential: Credential) -> dict[str, Any]:
    return {
        "id": str(credential.pk),
        "provider": credential.provider,
        "remote_id": credential.remote_id,
        "name": credential.name,
        "expires_at": credential.expires_at,
        "practice": credential.practice,
    }


def as_row(channel: Channel) -> dict[str, Any]:
    """A channel as `connect` and `channels` tell it. `state` is what was decided; why it waits all the same is said."""
    rest = suspensions.keeps(channel)
    return {
        "id": str(channel.pk),
        "platform": channel.platform,
        "remote_id": channel.remote_id,
        "name": channel.name,
        "handle": channel.handle,
        "state": channel.state,
        "problem": channel.problem or suspensions.why(channel),
        "reason": channel.reason_code or (rest.code if rest else ""),
        "owner": channel.owner.email,
        "account": str(channel.credential_id),
        "practice": channel.practice,
    }
