"""What a person chooses for one place, as its platform declares it: read, checked, and frozen at approval."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from poster.reasons import Reason
from poster.reasons.rendering import sentence
from publishing.platforms import PLATFORMS, Form, Json, Option, OptionKind
from publishing.reasons import content as why

Chosen = Mapping[str, Json]  # by the name of the option


def offered(platform: str) -> dict[str, Option]:
    """By name, in the order in which they are shown."""
    return {option.name: option for option in PLATFORMS[platform].options}


def shown(option: Option) -> Option:
    """As people read it, in their language. What is stored names it as its platform does, the same for everybody."""
    return replace(
        option,
        label=sentence(option.label, {}),
        help=sentence(option.help, {}),
        choices=tuple((value, sentence(words, {})) for value, words in option.choices),
    )


def findings(declared: Iterable[Option], form: Form, chosen: Chosen, scopes: Collection[str]) -> Iterator[Reason]:
    """What is wrong with what was chosen of these: nothing is dropped by itself. `scopes`: what the login allows."""
    known = {option.name: option for option in declared}
    for name, value in chosen.items():
        if name not in known:
            yield why.OptionUnknown(option=name)
        elif form not in known[name].forms:
            yield why.OptionNotHere(option=str(known[name].label))
        else:
            yield from _wrong(known[name], value, scopes)
    for option in known.values():
        if not option.has_default and form in option.forms and option.name not in chosen:
            yield why.OptionMissing(option=str(option.label))


def _wrong(option: Option, value: Json, scopes: Collection[str]) -> Iterator[Reason]:
    if not _fits(option, value):
        yield why.OptionValueRefused(option=str(option.label), value=str(value)[:100])
    elif option.kind is OptionKind.TEXT and len(value) > option.most:
        yield why.OptionTooLong(option=str(option.label), most=option.most)
    if option.scope and option.scope not in scopes:
        yield why.OptionLacksScope(option=str(option.label), scope=option.scope)


def _fits(option: Option, value: Json) -> bool:
    match option.kind:
        case OptionKind.CHOICE:
            return any(value == name for name, _words in option.choices)
        case OptionKind.FLAG:
            return isinstance(value, bool)
        case OptionKind.TEXT:
            return isinstance(value, str) and not set(value) & set(option.without)


def said(platform: str, chosen: Chosen) -> list[tuple[str, str]]:
    """What was chosen, in the words that people chose it by."""
    known = {name: shown(option) for name, option in offered(platform).items()}
    return [(_title(known.get(name), name), _words(known.get(name), value)) for name, value in chosen.items()]


def _title(option: Option | None, name: str) -> str:
    return str(option.label) if option else name


def _words(option: Option | None, value: Json) -> str:
    if value is True:
        return _("yes")
    return str(dict(option.choices).get(value, value)) if option else str(value)


def frozen(platform: str, form: Form, chosen: Chosen) -> dict[str, Json]:
    """What is sent: what was chosen, and where nobody chose what holds then. What says nothing is left out."""
    here = [option for option in offered(platform).values() if form in option.forms]
    values = {option.name: option.default for option in here if option.has_default} | dict(chosen)
    return {name: value for name, value in values.items() if value not in ("", False)}
