"""What services outside say about a login, our app there, or an account as a whole."""

from __future__ import annotations

from poster.reasons.base import Actor, Group, _
from poster.reasons.outside import Outside, Passing

# --- the login


class Login(Outside, group=Group.ACCOUNT):
    """Only a new login helps."""

    fix = _("Connect the account again; what waits for it then goes out.")


class LoginRefused(Login, code="outside.login_refused"):
    """Nobody says why."""

    text = _("%(service)s no longer accepts this login.")


class NotALogin(Login, code="outside.not_a_login"):
    """What should be a token cannot be one."""

    text = _("This is no login for %(service)s.")


class LoginExpired(Login, code="outside.login_expired"):
    """Its time is over."""

    text = _("The login at %(service)s has expired.")


class LoginEnded(Login, code="outside.login_ended"):
    """Signed out there."""

    text = _("The login at %(service)s has ended.")


class AppRemoved(Login, code="outside.app_removed"):
    """The person took our app out."""

    text = _("Our app was removed at %(service)s.")


class SignInThere(Login, code="outside.sign_in_there"):
    """They want to see the person first."""

    text = _("%(service)s wants you to sign in there first and follow its instructions.")


class PasswordChanged(Login, code="outside.password_changed"):
    """Or they ended it for security."""

    text = _("The password at %(service)s was changed, or %(service)s ended the login for security.")


class AccountNotConfirmed(Login, code="outside.account_not_confirmed"):
    """By mail or telephone."""

    text = _("The account at %(service)s is not confirmed.")


class NoRole(Login, code="outside.no_role"):
    """They may not act for the place any more."""

    text = _("This login has no role on the Page at %(service)s any more.")


class LoginTooSlow(Login, code="outside.login_too_slow"):
    """What the browser brought back is too old."""

    text = _("The login at %(service)s took too long.")


class LoginUsed(Login, code="outside.login_used"):
    """What the browser brought back was used already."""

    text = _("This login at %(service)s was already used.")


class NoPermission(Login, code="outside.no_permission"):
    """A right that was not given, or was taken away."""

    text = _("%(service)s says that a permission is missing.")
    fix = _("Connect the account again and allow all that it asks for.")


class NoLogin(Outside, code="outside.no_login", group=Group.OUTSIDE, actor=Actor.YOU, again=True):
    """An answer without what can be used as a login."""

    text = _("%(service)s gave an answer without a usable login.")
    fix = _("Try it again in a minute.")


class CodeNotTaken(Outside, code="outside.code_not_taken", group=Group.ACCOUNT):
    """What the browser brought back is no good any more."""

    text = _("%(service)s rejected the authorisation code.")
    fix = _("Begin again.")


class NoLoginGiven(Outside, code="outside.no_login_given", group=Group.ACCOUNT):
    """They do not say why."""

    text = _("%(service)s refused to give a login.")
    fix = _("Begin again.")


class WhoseLogin(Passing, code="outside.whose_login", group=Group.ACCOUNT):
    """They do not say whose it is."""

    text = _("%(service)s does not say whose login this is.")
    fix = _("We ask again.")


# --- our app there


class App(Outside, group=Group.OURS, actor=Actor.OPERATOR):
    """Only the operator can change it."""


class RedirectNotTaken(App, code="outside.redirect_not_taken"):
    """The address that people are sent back to."""

    text = _("%(service)s does not accept our redirect address.")
    fix = _("The operator has to enter it in the settings of the app there.")


class AppUnknown(App, code="outside.app_unknown"):
    """The id."""

    text = _("%(service)s does not know our app.")
    fix = _("The operator has to check the app id and secret.")


class AppNotAccepted(App, code="outside.app_not_accepted"):
    """The id or the secret."""

    text = _("%(service)s does not accept our app's id or secret.")
    fix = _("The operator has to check them.")


class SignatureRefused(App, code="outside.signature_refused"):
    """Calls are signed with the secret."""

    text = _("%(service)s does not accept our app's signature.")
    fix = _("The operator has to check the app secret.")


class VersionRetired(App, code="outside.version_retired"):
    """Their interface has moved on."""

    text = _("%(service)s has retired the version of its interface that we speak.")
    fix = _("The operator has to update ai-poster.")


class NotUnderstood(App, code="outside.not_understood"):
    """Our question was wrong."""

    text = _("%(service)s did not understand our question.")
    fix = _("Please report this; an update may help.")


# --- no to everything, for a while


class AccountLimited(Outside, group=Group.ACCOUNT, again=True):
    """They refuse everything of this account."""

    fix = _("Look into the account at %(service)s. What waits for it goes on by itself when %(service)s allows it.")


class HeldForAbuse(AccountLimited, code="outside.abusive"):
    text = _("%(service)s holds this for abusive.")


class HeldForSpam(AccountLimited, code="outside.spam"):
    text = _("%(service)s has blocked this as spam.")


class Restricted(AccountLimited, code="outside.restricted"):
    text = _("%(service)s has restricted this account.")


class LimitedForAWhile(AccountLimited, code="outside.limited_for_a_while"):
    text = _("%(service)s has limited this account for a while.")


class BlockedOrDuplicate(AccountLimited, code="outside.blocked_or_duplicate"):
    text = _("%(service)s has blocked this for a while, or holds it for a duplicate.")


class SecurityCheck(AccountLimited, code="outside.security_check"):
    text = _("%(service)s asks for a security check.")


class ConfirmIdentity(AccountLimited, code="outside.confirm_identity"):
    text = _("%(service)s asks you to confirm who you are.")


class Standards(AccountLimited, code="outside.standards"):
    text = _("%(service)s says that this goes against its community standards.")


class AuthorizePublishing(AccountLimited, code="outside.authorize_publishing"):
    text = _("%(service)s wants this Page's publishing to be authorized.")


class PermissionInDoubt(AccountLimited, code="outside.permission_in_doubt"):
    """A code that passes by itself now and then."""

    text = _("%(service)s says that a permission is missing.")
    fix = _(
        "If it stays so, connect the account again and allow all that it asks for. What waits for it goes on by itself "
        "when %(service)s allows it again."
    )


class TwoFactorDemanded(AccountLimited, code="outside.two_factor_demanded"):
    """By the business that owns it."""

    text = _(
        "%(service)s asks for two-factor authentication: the business that owns this account demands it of everybody "
        "who works with it."
    )
    fix = _(
        "Switch it on in your own account at %(service)s, then connect the account again. What waits for it goes on by "
        "itself when %(service)s allows it again."
    )
