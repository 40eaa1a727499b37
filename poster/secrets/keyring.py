"""The keys that seal tokens. They live outside the database: in CREDENTIAL_KEYS, or in the key file under `var/`.

A sealed value is `version(1) | key id(4) | nonce(12) | AES-256-GCM`, bound to its row and column as associated data:
moved anywhere else, it does not open. The first key seals, all keys open: a key is rotated by putting a new one first
(`manage.py rotate_keys`). Every process looks whether the key file was changed each time it needs it, so that a new key
is known to all of them before anything is sealed with it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from poster.config import secret_files

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


def id_of(line: str, *, source: str = "CREDENTIAL_KEYS") -> bytes:
    """What a sealed value says of the key that sealed it: four bytes of its digest."""
    return hashlib.sha256(_decode(line, source)).digest()[:4]


def parse(lines: list[str], *, source: str = "CREDENTIAL_KEYS") -> Ring:
    """A ring from written keys, the first of which seals. `source`: where they stand, for people."""
    keys = [_decode(line, source) for line in lines]
    if not keys:
        raise ImproperlyConfigured(f"There is no key to seal tokens with in {source}. Put the keys back there.")
    ids = [hashlib.sha256(key).digest()[:4] for key in keys]
    if len(set(ids)) < len(ids):
        raise ImproperlyConfigured(f"The same key stands twice in {source}. Remove one of the two.")
    return Ring(first=ids[0], ciphers={kid: AESGCM(key) for kid, key in zip(ids, keys, strict=True)})


def _decode(line: str, source: str) -> bytes:
    try:
        key = base64.b64decode(line, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured(
            f"A key in {source} is not 32 bytes of urlsafe base64. Keys stand there as they were made, nothing added."
        )
    return key


def ring() -> Ring:
    """The ring of this install, as it is now; the key file is made on first use."""
    if settings.CREDENTIAL_KEYS:
        return _parsed(tuple(settings.CREDENTIAL_KEYS))
    return _of_file(Path(settings.KEY_FILE))


@lru_cache(maxsize=4)
def _parsed(lines: tuple[str, ...]) -> Ring:
    return parse(list(lines))


Stamp = tuple[int, int, int]
_known: dict[Path, tuple[Stamp, Ring]] = {}


def _of_file(path: Path) -> Ring:
    """From the file, read again only when it was replaced. A file that vanished is not made anew under our feet."""
    known = _known.get(path)
    stamp = _stamp(path)
    if known and stamp in (None, known[0]):
        return known[1]
    ring = parse(secret_files.kept(path, new_key).split(), source=str(path))
    _known[path] = stamp or _stamp(path) or (0, 0, 0), ring
    return ring


def _stamp(path: Path) -> Stamp | None:
    """What changes when the file is replaced; None when it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
