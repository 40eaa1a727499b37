"""Why nothing was found by what somebody at a terminal named. `known`: what there is."""

from __future__ import annotations

from poster.reasons import Actor, Group, Reason, _


class NotNamed(Reason, group=Group.CONTENT, actor=Actor.OPERATOR):
    """Somebody named nothing, or not one thing."""


class NobodyCalled(NotNamed, code="accounts.nobody_called"):
    text = _("Nobody here has the e-mail %(email)s.")
    fix = _("There are: %(known)s.")
    email: str
    known: tuple[str, ...]


class NobodyYet(NotNamed, code="accounts.nobody_yet"):
    text = _("Nobody here has the e-mail %(email)s.")
    fix = _("Run `manage.py start` once; it makes the operator's account.")
    email: str


class OfSomebody(NotNamed):
    """`owner`: their e-mail; `provider`: its name in commands."""

    owner: str
    provider: str


class NoLogin(OfSomebody, code="accounts.no_login"):
    text = _("%(owner)s has no account at %(provider)s.")
    fix = _("There are none; connect one first.")


class NotALogin(OfSomebody, code="accounts.not_a_login"):
    text = _("%(named)s names no account of %(owner)s at %(provider)s.")
    fix = _("There are: %(known)s.")
    named: str
    known: tuple[str, ...]


class WhichLogin(OfSomebody, code="accounts.which_login"):
    text = _("%(owner)s has several accounts at %(provider)s.")
    fix = _("Say which. There are: %(known)s.")
    known: tuple[str, ...]


class NotAChannel(NotNamed, code="accounts.not_a_channel"):
    text = _("%(named)s is no channel's id.")
    fix = _("`manage.py channels` lists them.")
    named: str


class SeveralChannels(NotNamed, code="accounts.several_channels"):
    text = _("%(named)s names several channels.")
    fix = _("Write platform:id. `manage.py channels` lists them.")
    named: str
