from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.conf import settings

from poster.command import Answer, OperatorCommand
from poster.ledger.security_log import Kind, record
from poster.reasons.events import KeysRotated
from poster.secrets import rotation
from poster.secrets.keyring import ring


class Command(OperatorCommand):
    help = (
        "Seal everything again that is sealed with an older key: tokens, provider apps, AI keys, second factors.\n"
        "Nothing has to be stopped: posts go out meanwhile, and all processes notice by themselves that the key file\n"
        "was changed.\n\n"
        "Exit code 1 when something could not be opened with the keys at hand; it is left as it is."
    )
    examples = (
        "  manage.py rotate_keys --new      make a new key, and seal everything with it\n"
        "  manage.py rotate_keys --forget   remove the keys under which nothing lies any more\n"
        "  manage.py rotate_keys --json"
    )

    def options(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new", action="store_true", help="make a new key first; from then on it seals")
        parser.add_argument(
            "--forget", action="store_true", help="remove keys that are not used any more from the file"
        )

    def answer(self, **options: Any) -> Answer:  # noqa: ANN401
        began = time.monotonic()
        made = rotation.add_key().hex() if options["new"] else ""
        done = rotation.reseal_all()
        forgotten = [kid.hex() for kid in rotation.forget()] if options["forget"] else []
        record(Kind.OPERATION, KeysRotated(values=done.resealed, made=made, removed=tuple(forgotten)))
        used = rotation.used_keys()
        return {
            "made": made,
            "resealed": done.resealed,
            "changed_meanwhile": done.changed,
            "closed": [{"where": where, "id": pk} for where, pk in done.closed],
            "forgotten": forgotten,
            "keys": [{"id": kid.hex(), "seals": kid == ring().first, "values": used[kid]} for kid in ring().ciphers],
            "seconds": round(time.monotonic() - began, 1),
        }

    def well(self, answer: Answer) -> bool:
        return not answer["closed"]

    def tell(self, answer: Answer) -> Iterable[str]:
        if answer["made"]:
            yield f"Made the key {answer['made']}; it seals from now on."
        yield f"{answer['resealed']} values sealed again, in {answer['seconds']} seconds."
        for closed in answer["closed"]:
            yield f"Not opened by any key here, left as it is: {closed['where']} of {closed['id']}."
        yield from (f"Removed the key {kid}." for kid in answer["forgotten"])
        for number, key in enumerate(answer["keys"], 1):
            yield f"Key {number}, {key['id']}: {_use(key)}"


def _use(key: dict[str, Any]) -> str:
    told = f"{key['values']} values{', seals' if key['seals'] else ''}."
    if key["seals"] or key["values"]:
        return told
    how = "Take it out of CREDENTIAL_KEYS" if settings.CREDENTIAL_KEYS else "Remove it with --forget"
    return f"{told} {how}; a backup from before opens only with it, so keep it as long as you keep that."
