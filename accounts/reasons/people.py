"""Why something about people, their keys, invitations and requests was refused."""

from __future__ import annotations

from poster.reasons import Actor, Group, Reason, _


class ChannelNotOn(Reason, code="accounts.channel_not_on", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("%(name)s is not on.")
    fix = _("Load the page again.")
    name: str


class ChannelNotOff(Reason, code="accounts.channel_not_off", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("%(name)s is not switched off.")
    fix = _("Load the page again.")
    name: str


class AnswerMissing(Reason, code="accounts.answer_missing", group=Group.CONTENT, actor=Actor.OPERATOR):
    text = _("There is no answer yet.")
    fix = _("Write the answer first.")


class RequestAnswered(Reason, code="accounts.request_answered", group=Group.TIMING, actor=Actor.OPERATOR):
    text = _("This request was answered before, or it is carried out at this moment.")
    fix = _("Load the page again.")


class HasAnAccount(Reason, code="accounts.has_an_account", group=Group.ACCOUNT, actor=Actor.OPERATOR):
    text = _("%(email)s has an account already.")
    fix = _("They sign in with it.")
    email: str


class HasJoined(Reason, code="accounts.has_joined", group=Group.ACCOUNT, actor=Actor.OPERATOR):
    text = _("%(email)s has joined already.")
    fix = _("Look under People.")
    email: str


class InvitationOver(Reason, code="accounts.invitation_over", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This invitation was used or withdrawn.")
    fix = _("Ask the operator for another one.")


class EmailTaken(Reason, code="accounts.email_taken", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("There is an account with this e-mail already.")
    fix = _("Sign in with it.")


class NoToken(Reason, code="accounts.no_token", group=Group.CONTENT, actor=Actor.YOU):
    text = _("There is no login on standard input.")
    fix = _('Give one JSON object with at least {"access_token": "..."} there.')


class NoNumber(Reason, code="accounts.no_number", group=Group.CONTENT, actor=Actor.YOU):
    text = _("What stands at expires_in is no number of seconds.")
    fix = _("Write a number, or leave it out.")


class NoScopes(Reason, code="accounts.no_scopes", group=Group.CONTENT, actor=Actor.YOU):
    text = _("What stands at scopes is no list of names.")
    fix = _('Write it such as ["pages_manage_posts"], or leave it out.')


class MailLinkUnknown(Reason, code="accounts.mail_link_unknown", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This link ends no mails: it is not whole, or the account is gone.")
    fix = _("Choose which mails you get at Settings.")


class NotMeOver(Reason, code="accounts.not_me_over", group=Group.TIMING, actor=Actor.YOU):
    text = _("This link is over: it was used, or it is older than seven days.")
    fix = _('Choose a new password: "Forgot your password?" on the sign-in page.')


class SignUpsClosed(Reason, code="accounts.sign_ups_closed", group=Group.ACCOUNT, actor=Actor.OPERATOR):
    text = _("Nobody can sign up here: the operator of this install makes the accounts.")
    fix = _("Ask the operator for an invitation.")


class SignUpsToday(Reason, code="accounts.sign_ups_today", group=Group.QUOTA, actor=Actor.YOU):
    text = _("Too many people asked for an account today.")
    fix = _("Try again tomorrow.")


class SignUpDecided(Reason, code="accounts.sign_up_decided", group=Group.TIMING, actor=Actor.OPERATOR):
    text = _("This wish was answered before.")
    fix = _("Load the page again.")


class AnnouncementSent(Reason, code="accounts.announcement_sent", group=Group.TIMING, actor=Actor.OPERATOR):
    text = _("This announcement was sent before.")
    fix = _("Load the page again.")
