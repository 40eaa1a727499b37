"""The forms that a page shows, as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "email", "url", "number", "search", "checkbox", "radio", "time", "date", "textarea", "select"}


@dataclass
class Field:
    """One field. `choices`: of a select; `checked`: of a box; `focused`: when the page opens; `folded`: unseen."""

    name: str
    kind: str
    value: str = ""
    checked: bool = False
    focused: bool = False
    folded: bool = False
    choices: list[tuple[str, bool]] = field(default_factory=list)


@dataclass
class Form:
    """A form that is posted: where to, its fields, and its buttons as (name, value, where to)."""

    action: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def typed(self) -> list[Field]:
        """What a person fills in, secrets left out."""
        return [each for each in self.fields if each.kind in TYPED]

    def values(self) -> dict[str, list[str]]:
        """What would be sent now, without a button."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            if each.kind == "select":
                sent.setdefault(each.name, []).extend(value for value, chosen in each.choices if chosen)
            elif each.kind not in ("checkbox", "radio") or each.checked:
                sent.setdefault(each.name, []).append(each.value)
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.here: Form | None = None
        self.area: Field | None = None
        self.folds: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "details":
            self.folds.append("open" not in facts)
        if tag == "form":
            self.here = Form(facts.get("action", ""))
            if facts.get("method", "").lower() == "post":
                self.forms[facts.get("id") or f"form-{len(self.forms)}"] = self.here
        form = self.forms.get(facts.get("form", ""), self.here)
        if form is None or "disabled" in facts:
            return
        if tag == "option" and self.area:
            self.area.choices.append((facts.get("value", ""), "selected" in facts))
        elif tag == "button" or (tag == "input" and facts.get("type") == "submit"):
            if facts.get("type", "submit") == "submit":
                form.buttons.append((facts.get("name", ""), facts.get("value", ""), facts.get("formaction", "")))
        elif tag in ("input", "textarea", "select") and facts.get("name"):
            kind = facts.get("type", "text") if tag == "input" else tag
            value, seen = (
                facts.get("value", "on" if kind == "checkbox" else ""),
                ("checked" in facts, "autofocus" in facts),
            )
            read = Field(facts["name"], kind, value, *seen, any(self.folds))
            form.fields.append(read)
            self.area = read if tag != "input" else None

    def handle_data(self, data: str) -> None:
        if self.area and self.area.kind == "textarea":
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self.folds.pop()
        if tag == "form":
            self.here = None
        if tag in ("textarea", "select") and self.area:
            # As a browser: the first newline is none, and the first choice is taken where none is marked.
            self.area.value = self.area.value.removeprefix("\n")
            self.area = None


def forms_of(page: str) -> list[Form]:
    """Each form of this page that posts."""
    reader = _Reader()
    reader.feed(page)
    return list(reader.forms.values())
