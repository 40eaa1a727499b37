"""Second factors as places where sealed values lie (see `poster.secrets.rotation`)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.sign_in.second_factors import MARK, SECRETS, SecondFactorLost, reseal
from poster.secrets.keyring import Undecryptable
from poster.secrets.rotation import Place


class Factors:
    """The secrets of authenticator apps and recovery codes, which allauth keeps in a JSON column."""

    name = "Authenticator.data"

    def values(self) -> Iterator[tuple[Any, bytes]]:
        for pk, data in Authenticator.objects.order_by("pk").values_list("pk", "data").iterator():
            yield from ((pk, blob) for blob in _blobs(data))

    def reseal(self, pk: Any, blob: bytes) -> bool:  # noqa: ANN401
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None or blob not in _blobs(row.data):
                return False
            try:
                row.data = reseal(row)
            except SecondFactorLost as error:
                raise Undecryptable(error.messages[0]) from error
            row.save(update_fields=["data"])
        return True


def places() -> Iterable[Place]:
    """For the registry."""
    return [Factors()]


def _blobs(data: dict[str, str]) -> list[bytes]:
    sealed = [data[name] for name in SECRETS if data.get(name, "").startswith(MARK)]
    return [_decoded(each.removeprefix(MARK)) for each in sealed]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""
