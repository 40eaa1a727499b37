"""The codes of all apps, each of which names the module of its reasons in its manifest; and reading what is stored."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from poster.manifests import manifests
from poster.reasons.base import CODES, Because, Reason, Unknown
from poster.reasons.values import KINDS, name_of, read


@cache
def _gather() -> None:
    for manifest in manifests():
        if manifest.reasons:
            _import(manifest.reasons)


def _import(name: str) -> None:
    """A module of reasons; of a package all modules."""
    for each in iter_modules(getattr(import_module(name), "__path__", ())):
        import_module(f"{name}.{each.name}")


def reasons() -> dict[str, type[Reason]]:
    """{code: its class}, by code."""
    _gather()
    return dict(sorted(CODES.items()))


def load(code: str, params: str = "") -> Reason | None:
    """A reason as it was stored; None where there is none (no code). What does not fit is an `Unknown`."""
    if not code:
        return None
    kind = CODES.get(code) or reasons().get(code)
    try:
        return kind(**read(kind.kinds(), params)) if kind else Unknown(given_code=code, given_params=params)
    except (ValueError, TypeError):
        return Unknown(given_code=code, given_params=params)


def _within(value: Any) -> Because:  # noqa: ANN401 - from JSON
    code, params = value
    reason = load(code, params)
    if reason is None:
        raise ValueError(value)
    return Because(reason)


KINDS[Because] = (*KINDS[Because][:2], _within)


def lock() -> list[str]:
    """What is for ever, a line for each code: `code parameter:kind [optional:kind]`."""
    return [" ".join([code, *_signature(kind)]) for code, kind in reasons().items()]


def _signature(kind: type[Reason]) -> list[str]:
    may = kind.optional()
    told = {name: f"{name}:{name_of(of)}" for name, of in sorted(kind.kinds().items())}
    return [f"[{text}]" if name in may else text for name, text in told.items()]
