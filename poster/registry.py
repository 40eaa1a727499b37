"""One literal registry per seam: a key, what people call it, and an adapter imported on first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar, cast

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

T = TypeVar("T")


@cache
def _load(path: str) -> object:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


class Registry(Generic[T]):
    """`Registry({"facebook": ("Facebook Page", "app.platforms.facebook:FacebookPage")})`."""

    def __init__(self, entries: Mapping[str, tuple[StrOrPromise, str]]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> T:
        """The adapter behind `key`; KeyError names what there is."""
        if key not in self._entries:
            raise KeyError(f"{key!r} is not one of {', '.join(self._entries)}")
        return cast(T, _load(self._entries[key][1]))

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def label(self, key: str) -> str:
        """What people call it; the key itself when it is no longer here."""
        return str(self._entries[key][0]) if key in self._entries else key

    def choices(self) -> list[tuple[str, str]]:
        """(key, label) pairs for a form."""
        return [(key, self.label(key)) for key in self._entries]
