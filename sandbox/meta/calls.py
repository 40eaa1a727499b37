"""A request to the Graph as a value: what the models get, with or without HTTP around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.meta import errors

TRUE = {"true", "1", "yes"}
FALSE = {"false", "0", "no", ""}


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    root: the sandbox's own address with a slash at the end; parts: the path after the version.
    params: query and body together; nested values are JSON text, as on the wire.
    files: uploaded bytes by name.
    """

    method: str
    host: str
    version: str
    parts: tuple[str, ...]
    root: str = "http://localhost/"
    params: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    token_text: str = ""

    @property
    def address(self) -> str:
        """The whole address of this request, without its query."""
        return self.root + "/".join(part for part in (self.host, self.version, *self.parts) if part)

    def param(self, name: str) -> str:
        """A parameter as text; empty when it was not sent."""
        return self.params.get(name, "")

    def needed(self, name: str) -> str:
        """A parameter that has to be there. Raises GraphError 100."""
        if not self.param(name):
            raise errors.missing_parameter(name)
        return self.param(name)

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean parameter. Raises GraphError 100 for anything but true and false."""
        value = self.params.get(name)
        if value is None:
            return default
        if value.lower() not in TRUE | FALSE:
            raise errors.invalid_parameter(f"Param {name} must be a boolean")
        return value.lower() in TRUE

    def number(self, name: str, default: float) -> float:
        """A numeric parameter. Raises GraphError 100."""
        try:
            return float(self.params.get(name) or default)
        except ValueError as error:
            raise errors.invalid_parameter(f"Param {name} must be a number") from error


Answer = dict[str, Any]
