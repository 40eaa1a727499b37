"""Why something cannot be laid down or shown just now, or not as it is: what we know besides their refusals."""

from __future__ import annotations

from poster.reasons import Actor, Group, Reason, _
from poster.reasons.outside import Outside, Passing


class FormUnknown(Outside, code="publishing.form_unknown", group=Group.CONTENT):
    text = _("%(service)s does not take this kind of post.")
    fix = _("Change it, or leave this channel out.")


class NumberNotTaken(Outside, code="publishing.number_not_taken", group=Group.CONTENT):
    text = _("%(service)s does not take a post with %(pictures)d pictures.")
    fix = _("Change their number, or leave this channel out.")
    pictures: int


class NeedsAddress(Outside, code="publishing.needs_address", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(service)s fetches pictures from a public address, and this install has none.")
    fix = _(
        "The operator sets PUBLIC_URL to an address that the internet reaches, or BUCKET_URL and BUCKET_PUBLIC_URL to "
        "a bucket."
    )


class PublishedAlready(Outside, code="publishing.published_already", group=Group.DOUBT, actor=Actor.NOBODY, again=True):
    text = _("%(service)s says that this is published already.")
    fix = _("We look which post it is before anything is tried again.")


class ThrownAway(Passing, code="publishing.thrown_away"):
    text = _("%(service)s has thrown away what we prepared, unseen.")
    fix = _("It is prepared again.")


class NotWorkedOn(Passing, code="publishing.not_worked_on"):
    """Without its code they have given no reason."""

    shows_code = True
    text = _("%(service)s could not work on the picture.")
    fix = _("It is prepared again.")


class HowFarUnsaid(Passing, code="publishing.how_far_unsaid"):
    text = _("%(service)s does not say how far the picture is.")
    fix = _("We ask again by ourselves.")


class ListedWithoutTime(Passing, code="publishing.listed_without_time"):
    text = _("%(service)s lists a post without its time.")
    fix = _("We ask again by ourselves.")


class BytesMissing(Reason, code="publishing.bytes_missing", group=Group.OURS, actor=Actor.NOBODY, again=True):
    text = _("The picture is not here at the moment.")
    fix = _("We get it again.")
