"""The keys that seal tokens. They live outside the database: in CREDENTIAL_KEYS, or in the key file under `var/`.

A sealed value is `version(1) | key id(4) | nonce(12) | AES-256-GCM`, bound to its row and column as associated data:
moved anywhere else, it does not open. The first key seals, all keys open: a key is rotated by putting a new one first.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from poster import secret

VERSION = b"\x01"


class Undecryptable(Exception):
    """This value cannot be opened with the keys at hand. The sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys by key id; `first` seals."""

    first: bytes
    ciphers: dict[bytes, AESGCM]

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt `plain`, bound to the row and column named by `bound_to`."""
        head = VERSION + self.first
        nonce = os.urandom(12)
        return head + nonce + self.ciphers[self.first].encrypt(nonce, plain, head + bound_to)

    def open(self, blob: bytes, bound_to: bytes) -> bytes:
        """Decrypt; raises Undecryptable with what to do about it."""
        head, nonce, sealed = blob[:5], blob[5:17], blob[17:]
        cipher = self.ciphers.get(head[1:])
        if head[:1] != VERSION or cipher is None:
            raise Undecryptable(
                f"This was sealed with key {head[1:].hex()}, which is not among the keys here. "
                "Put that key back into CREDENTIAL_KEYS or the key file, or connect the account again."
            )
        try:
            return cipher.decrypt(nonce, sealed, head + bound_to)
        except InvalidTag as error:
            raise Undecryptable("This was changed or moved since it was sealed. Connect the account again.") from error


def new_key() -> str:
    """A fresh key as it is written in the key file: 32 bytes, urlsafe base64."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def parse(lines: list[str]) -> Ring:
    """A ring from written keys, the first of which seals."""
    keys = [_decode(line) for line in lines]
    if not keys:
        raise ImproperlyConfigured(
            "There is no key to seal tokens with. Set CREDENTIAL_KEYS or let `make run` make one."
        )
    ids = [hashlib.sha256(key).digest()[:4] for key in keys]
    return Ring(first=ids[0], ciphers={kid: AESGCM(key) for kid, key in zip(ids, keys, strict=True)})


def _decode(line: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(line)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("A key in CREDENTIAL_KEYS is not 32 bytes of urlsafe base64.")
    return key


@cache
def ring() -> Ring:
    """The ring of this install; the key file is made on first use."""
    if settings.CREDENTIAL_KEYS:
        return parse(settings.CREDENTIAL_KEYS)
    return parse(secret.kept(Path(settings.KEY_FILE), new_key).split())
