"""Why an account was not connected."""

from __future__ import annotations

from poster.reasons import Actor, Group, Quoted, Reason, _


class OwnerConnects(Reason, code="accounts.owner_connects", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("Only its owner can connect this account again.")
    fix = _("Ask them to sign in and do it.")


class ProviderNotSetUp(Reason, code="accounts.provider_not_set_up", group=Group.OURS, actor=Actor.OPERATOR):
    text = _("%(provider)s is not set up here yet.")
    fix = _("The operator does that under Provider apps.")
    provider: str


class NothingBrought(Reason, code="accounts.nothing_brought", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("%(name)s sent you back without an answer.")
    fix = _("Nothing was connected: connect it again.")
    name: str


class NotAllowed(Reason, code="accounts.not_allowed", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("You did not allow us to %(words)s, and without that nothing can be connected.")
    fix = _("Connect it again, and leave that box ticked.")
    words: str


class OtherAccount(Reason, code="accounts.other_account", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("You said yes as %(found)s, but it is %(wanted)s that has to be connected again.")
    fix = _(
        "Nothing was changed, and what waits for it still waits. Log in at %(provider)s as %(wanted)s first; "
        "%(found)s can be connected as an account of its own."
    )
    found: str
    wanted: str
    provider: str


class NothingChosen(Reason, code="accounts.nothing_chosen", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("No place to post to is chosen.")
    fix = _("Choose at least one place to post to, or go back without connecting.")


class LinkUsed(Reason, code="accounts.link_used", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This sign-in link has already been used, or it is not from a connection that you began here.")
    fix = _("If the account is in the list, all is well; otherwise connect it again.")


class TookTooLong(Reason, code="accounts.took_too_long", group=Group.TIMING, actor=Actor.YOU):
    text = _("This took longer than ten minutes, so it counts no more.")
    fix = _("Nothing was connected: connect it again.")


class ChoiceIsOver(Reason, code="accounts.choice_is_over", group=Group.TIMING, actor=Actor.YOU):
    text = _("There is nothing to choose here any more: it was chosen already, or more than half an hour ago.")
    fix = _("If the account is not in the list, connect it again.")


class BegunByAnother(Reason, code="accounts.begun_by_another", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("Somebody else began this connection, so it was not finished, and nothing was connected.")
    fix = _("Both of you are told. If you only followed a link, do not follow it again.")


class OtherBrowser(Reason, code="accounts.other_browser", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This connection was begun in another browser or before you signed in again, so it was not finished.")
    fix = _("Nothing was connected: begin and end it in one browser, at one address of the dashboard.")


class MixedUp(Reason, code="accounts.mixed_up", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _(
        "This answer came back at the address of another provider, so it was not used and nobody was asked for a login."
    )
    fix = _("Nothing was connected: connect it again.")


class SignedOutMeanwhile(Reason, code="accounts.signed_out_meanwhile", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("You were signed out in the meantime, so the account was not connected.")
    fix = _("Sign in, and connect it again. If you are signed in at another address of this dashboard, use that one.")


class TooManyBegun(Reason, code="accounts.too_many_begun", group=Group.QUOTA, actor=Actor.YOU):
    text = _("You began too many connections at once.")
    fix = _("Wait ten minutes, then begin again.")


class TakenByAnother(Reason, code="accounts.taken_by_another", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("Another person on this install has connected this account, so it is not connected twice.")
    fix = _(
        'You can have it once they disconnect it, or press "Release" at it under Social accounts. If you cannot '
        "reach them, ask the operator, who can release it too."
    )


class LoginOfAnother(Reason, code="accounts.login_of_another", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("This is the login of %(name)s (%(id_there)s), not of %(expecting)s.")
    fix = _("Connect the other one, or leave out which account it should be.")
    name: str
    id_there: str
    expecting: str


class NoSense(Reason, code="accounts.no_sense", group=Group.OUTSIDE, actor=Actor.OPERATOR):
    text = _("%(name)s gave an answer that makes no sense.")
    fix = _("Check the id and the secret again in a minute.")
    name: str


class StillConnected(Reason, code="accounts.still_connected", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("It is connected.")
    fix = _("Disconnect it first: then its tokens are deleted, and the permission is given back.")


class WatchesUseIt(Reason, code="accounts.watches_use_it", group=Group.ACCOUNT, actor=Actor.YOU):
    text = _("Sources look through this login.")
    fix = _("Delete these sources first, then forget it.")


class AtTheConsentPage(Reason, group=Group.ACCOUNT, actor=Actor.YOU):
    """`name`: of the provider."""

    name: str


class Declined(AtTheConsentPage, code="accounts.declined"):
    text = _("You declined, or closed the consent page of %(name)s.")
    fix = _("Nothing was connected. To connect it, begin again and say yes.")


class AdministratorForbids(AtTheConsentPage, code="accounts.administrator_forbids"):
    text = _("The administrator of this %(name)s account does not allow it.")
    fix = _("Ask there for permission.")


class NoSuchApps(AtTheConsentPage, code="accounts.no_such_apps"):
    text = _("This %(name)s account lets in no app that is not allowed there.")
    fix = _("Ask its administrator.")


class OneOrganisation(AtTheConsentPage, code="accounts.one_organisation"):
    text = _("The operator's app at %(name)s is only for people of one organisation.")
    fix = _("Ask the operator.")


class TheirTrouble(AtTheConsentPage, code="accounts.their_trouble"):
    text = _("%(name)s has trouble of its own.")
    fix = _("Nothing was connected. Try again later.")


class AppMayNotAsk(AtTheConsentPage, code="accounts.app_may_not_ask"):
    text = _("The operator's app at %(name)s may not ask for what is needed.")
    fix = _("They add the permissions there.")


class NotLetThrough(AtTheConsentPage, code="accounts.not_let_through"):
    """An error that is in no list."""

    text = _("%(name)s did not let you through. It said: %(said)s")
    fix = _("Nothing was connected. Try it again, or ask the operator.")
    said: Quoted


class CodeUsed(AtTheConsentPage, code="accounts.code_used"):
    text = _("%(name)s rejected the authorisation code. It was used already, or is too old.")
    fix = _("Nothing was connected. Wait a minute, then connect it again.")


class NotAnswered(AtTheConsentPage, code="accounts.not_answered"):
    text = _("%(name)s did not answer as it should just now.")
    fix = _("Nothing was connected. Wait a minute, then connect it again.")


class RedirectNotRegistered(AtTheConsentPage, code="accounts.redirect_not_registered", actor=Actor.OPERATOR):
    text = _("%(name)s does not accept our redirect address. Nothing was connected.")
    fix = _("The operator has to enter exactly %(address)s in the app there.")
    address: str
