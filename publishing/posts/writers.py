"""Who writes the words of a post: the captioner of its source; for what a person composes themselves, their model.

Their model is the one that their latest source uses, with its prompt and language; else one that there is a key for,
their own or the operator's. The built-in describer is none: it names what it sees, and a person does that better.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from accounts.ai_services import SERVICES
from poster.errors import Unauthorized
from publishing.models import Post
from watches.models import PromptTemplate, Watch
from writing.keys import KEYLESS, key_for
from writing.names import captioner_name


@dataclass(frozen=True, slots=True)
class OwnModel:
    """A person's model, as far as it is asked as that of a source is."""

    captioner: str
    model: str = ""
    language: str = ""
    prompt_template: PromptTemplate | None = None
    approval: ClassVar[str] = Watch.Approval.ASK

    @property
    def name(self) -> str:
        """What people call it."""
        return " ".join(filter(None, [captioner_name(self.captioner), self.model]))


Writer = Watch | OwnModel


def writer_of(post: Post) -> Writer | None:
    """None when there is nobody (any more)."""
    if post.watch is not None:
        return post.watch
    return own_model(post.owner_id) if is_own(post) else None


def is_own(post: Post) -> bool:
    """Whether a person composed it themselves."""
    return post.watch_id is None and post.file_id is None


def own_model(owner_id: UUID) -> OwnModel | None:
    """None when there is no model, or no key for one."""
    return next((each for each in _models(owner_id) if _opens(each, owner_id)), None)


def _models(owner_id: UUID) -> Iterator[OwnModel]:
    watches = Watch.objects.filter(owner=owner_id).exclude(captioner__in=KEYLESS).select_related("prompt_template")
    latest = watches.order_by("-created_at").first()
    if latest is not None:
        yield OwnModel(latest.captioner, latest.model, latest.language, latest.prompt_template)
    for captioner in (*SERVICES, "compatible"):
        yield OwnModel(captioner)


def _opens(model: OwnModel, owner_id: UUID) -> bool:
    try:
        key_for(model.captioner, owner_id, model.model)
    except Unauthorized:
        return False
    return True
