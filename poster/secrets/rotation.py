"""What is sealed, all of it, and sealing it again under a new key while everything goes on.

Sealed is every `SealedField` of every model, found by looking, and what other packages keep sealed with our keys
(`Manifest.sealed`). A value is replaced only if it is still the one that was read: a token that was renewed meanwhile
stays.
"""

from __future__ import annotations

import fcntl
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from poster.config import files
from poster.manifests import found, manifests
from poster.permissions import NotPossible
from poster.reasons.upkeep import KeysInEnvironment
from poster.secrets.fields import Sealed, SealedField
from poster.secrets.keyring import Ring, Undecryptable, id_of, new_key, ring

AT_ONCE = 100  # values in one transaction: others who write wait no longer than that
BREATH = 0.005  # seconds between two of them, in which whoever waits gets a turn
ROUNDS = 5  # a process may have sealed with the old key in the moment before it noticed the new one
SETTLED = 0.5  # seconds after which whatever was sealed with a key that is gone has arrived in the database


class Place(Protocol):
    """Where sealed values lie. `name` is for people."""

    @property
    def name(self) -> str: ...

    def values(self) -> Iterable[tuple[Any, bytes]]:
        """Each row's key with the sealed bytes; a row with several gives several."""

    def reseal(self, pk: Any, blob: bytes) -> bool:  # noqa: ANN401
        """The same value under the key that seals now; False when it was changed meanwhile. May raise Undecryptable."""


@dataclass(frozen=True, slots=True)
class Column:
    """One sealed column of one model."""

    name: str
    field: SealedField

    def values(self) -> Iterator[tuple[Any, bytes]]:
        """Read a page at a time: rows may come and go meanwhile."""
        filled = self.field.model._base_manager.exclude(**{f"{self.field.attname}__isnull": True}).order_by("pk")
        rows = filled.values_list("pk", self.field.attname)
        after: dict[str, Any] = {}
        while page := list(rows.filter(**after)[:AT_ONCE]):
            yield from ((pk, sealed.blob) for pk, sealed in page)
            after = {"pk__gt": page[-1][0]}

    def reseal(self, pk: Any, blob: bytes) -> bool:  # noqa: ANN401
        old = Sealed(blob)
        return self.field.swap(pk, old, self.field.reseal(pk, old))


@dataclass(slots=True)
class Outcome:
    """What one rotation did. `closed`: values that no key here opens, by place and row; they stay as they are."""

    resealed: int = 0
    changed: int = 0
    closed: list[tuple[str, str]] = field(default_factory=list)


def places() -> list[Place]:
    """Everything that is sealed."""
    columns: list[Place] = [
        Column(f"{model.__name__}.{each.attname}", each)
        for model in apps.get_models()
        for each in _sealed_fields(model)
    ]
    return columns + [place for manifest in manifests() for ref in manifest.sealed for place in found(ref)()]


def _sealed_fields(model: type[models.Model]) -> list[SealedField]:
    return [each for each in model._meta.local_concrete_fields if isinstance(each, SealedField)]


def used_keys() -> Counter[bytes]:
    """How many values lie under each key, by key id."""
    return Counter(blob[1:5] for place in places() for _, blob in place.values())


def reseal_all() -> Outcome:
    """Seal everything again that is not under the first key. Returns when nothing that can be opened is left."""
    done = Outcome()
    for _ in range(ROUNDS):
        before = done.resealed + done.changed
        done.closed = []
        for place in places():
            _reseal_place(place, done)
        if done.resealed + done.changed == before:
            break
    return done


def _reseal_place(place: Place, done: Outcome) -> None:
    keys = ring()
    stale = ((pk, blob) for pk, blob in place.values() if blob[1:5] != keys.first)
    while batch := list(islice(stale, AT_ONCE)):
        with transaction.atomic():
            for pk, blob in batch:
                _reseal_one(place, pk, blob, done)
        time.sleep(BREATH)


def _reseal_one(place: Place, pk: Any, blob: bytes, done: Outcome) -> None:  # noqa: ANN401
    try:
        swapped = place.reseal(pk, blob)
    except Undecryptable:
        done.closed.append((place.name, str(pk)))
        return
    done.resealed += swapped
    done.changed += not swapped


# -- the key file -----------------------------------------------------------------------------------------------------
def add_key() -> bytes:
    """A new key in front of the key file; returns its id. Raises NotPossible when the keys stand in the environment."""
    _own_file()
    ring()  # the first key is made on first use
    with _alone(_file()):
        key = new_key()
        files.replace(_file(), "\n".join([key, *_file().read_text().split()]))
    return id_of(key)


def removable(keys: Ring) -> list[bytes]:
    """Keys under which nothing lies any more, but the one that seals."""
    used = used_keys()
    return [kid for kid in keys.ciphers if kid != keys.first and not used[kid]]


def forget() -> list[bytes]:
    """Remove those keys from the key file. One that turns out to be in use is put back. Returns the ids."""
    _own_file()
    with _alone(_file()):
        before = _file().read_text().split()
        gone = removable(ring())
        _keep(before, gone)
        time.sleep(SETTLED if gone else 0)
        used = used_keys()
        late = [kid for kid in gone if used[kid]]
        if late:
            _keep(before, [kid for kid in gone if kid not in late])
    return [kid for kid in gone if kid not in late]


def _keep(lines: list[str], gone: list[bytes]) -> None:
    files.replace(_file(), "\n".join(line for line in lines if id_of(line) not in gone))


def _file() -> Path:
    return Path(settings.KEY_FILE)


def _own_file() -> None:
    if settings.CREDENTIAL_KEYS:
        raise NotPossible(KeysInEnvironment())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One writer of the key file at a time: a lost key is a lost token."""
    with path.with_name(f"{path.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
