"""What services outside say about what was sent, or asked for."""

from __future__ import annotations

from poster.reasons.base import Actor, Group, _
from poster.reasons.outside import Outside

# --- what was sent


class Content(Outside, group=Group.CONTENT):
    """Understood, and no."""


class PictureRefused(Content):
    """Another picture helps."""

    fix = _("Choose another picture or change its shape, then post again.")


class PictureUnreadable(PictureRefused, code="outside.picture_unreadable"):
    """They cannot decode it."""

    text = _("%(service)s cannot read this picture, or it is too large.")


class PictureTooLarge(PictureRefused, code="outside.picture_too_large"):
    """In bytes or pixels."""

    text = _("The picture is too large for %(service)s.")


class FormatRefused(PictureRefused, code="outside.format_refused"):
    """Its file type."""

    text = _("%(service)s does not take this picture's format.")


class ShapeRefused(PictureRefused, code="outside.shape_refused"):
    """Its proportions."""

    text = _("%(service)s does not take a picture of this shape.")


class NumberRefused(PictureRefused, code="outside.number_refused"):
    """Of pictures in one post."""

    text = _("%(service)s does not take this number of pictures.")


class TextTooLong(Content, code="outside.text_too_long"):
    """Words."""

    text = _("The text is too long for %(service)s.")
    fix = _("Shorten it, then post again.")


class TooManyTagged(Content, code="outside.too_many_tagged"):
    """People."""

    text = _("%(service)s takes no more tagged people than 20.")
    fix = _("Remove some, then post again.")


class Duplicate(Content, code="outside.duplicate"):
    """They say that they have it."""

    text = _("%(service)s says that exactly this was posted already.")
    fix = _("Look there, and change something before you post again.")


class MediaKindUnknown(Content, code="outside.media_kind_unknown", group=Group.OURS, actor=Actor.OPERATOR):
    """What we sent is no kind that they have."""

    text = _("%(service)s does not know this kind of media.")
    fix = _("Please report this; an update may help.")


class CoverRefused(Content, code="outside.cover_refused", group=Group.OURS, actor=Actor.OPERATOR):
    """The moment of a video."""

    text = _("%(service)s does not take the moment that was chosen for the cover.")
    fix = _("Please report this; an update may help.")


class NotFound(Outside, code="outside.not_found"):
    """Or hidden from this login."""

    text = _("%(service)s does not have this object, or does not show it to this login.")
    fix = _("Look there whether it is gone, or connect the account again.")


class NotShown(Outside, code="outside.not_shown", group=Group.OURS, actor=Actor.OPERATOR):
    """Another login would see it."""

    text = _("%(service)s does not show this to the login that we asked with.")
    fix = _("Please report this; an update may help.")


class StagedGone(Outside, code="outside.staged_gone", actor=Actor.NOBODY, again=True):
    """What was laid down invisibly has expired, or is not found."""

    text = _("%(service)s does not find what we prepared, or it has expired.")
    fix = _("It is prepared again.")


class Refusal(Outside, code="outside.refused"):
    """They said no, and neither their code nor anything else tells us more."""

    shows_code = True
    text = _("%(service)s refused, and this program does not know that refusal.")
    fix = _("Look into the account there, then try it again.")
