"""What the foundation says about keys and rights."""

from __future__ import annotations

from poster.reasons.base import Actor, Group, Reason, _


class KeysInEnvironment(Reason, code="poster.keys_in_environment", group=Group.OURS, actor=Actor.OPERATOR):
    text = _(
        "The keys stand in CREDENTIAL_KEYS, which only you can change: put a new key (32 random bytes in urlsafe "
        "base64) in front of the others on every machine, start all parts again, and run rotate_keys."
    )
    fix = _("When it says that a key is not used any more, take that one out.")


class DiskFull(Reason, code="poster.disk_full", group=Group.OURS, actor=Actor.OPERATOR, again=True):
    text = _(
        "The disk of this install is full: %(free)s are free, and %(floor)s have to stay free. So nothing is fetched, "
        "exported or backed up until the operator makes room; what is here already goes out."
    )
    fix = _("When there is room, it goes on by itself.")
    free: str
    floor: str
