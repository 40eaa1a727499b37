"""What Meta's error codes mean, as tables: (code, subcode) -> what we do next and what people are told.

Sources: Meta's pages "Graph API, Handling Errors", "Rate Limiting" and "Instagram Platform, Error Codes", the
references of Pages and Threads, and answers that others recorded. The `error_user_*` texts are in the user's own
language: shown, never matched.
"""

from __future__ import annotations

from dataclasses import dataclass

from poster.errors import OutsideError, RateLimited, Reach, Refused, Suspended, Trace, Unauthorized, Unavailable
from poster.reasons import outside
from poster.reasons import outside_logins as logins
from poster.reasons import outside_posts as posts
from poster.reasons.outside import Outside

HOUR = 3600.0
SOON = 30.0

Proven = frozenset[tuple[int, int | None]]  # None: whatever the subcode


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row. `reason` says who must act; `wait` is in seconds, for the kinds that can wait.

    `reach`: what rests at a rate limit; None: only posting. `whole`: see `Suspended`.
    """

    kind: type[OutsideError]
    reason: type[Outside]
    wait: float | None = None
    reach: Reach | None = None
    whole: bool = False

    def error(self, name: str, trace: Trace, *, wait: float | None = None) -> OutsideError:
        """The error to raise. `wait`: what they told us about when to come back."""
        reason = self.reason(service=name, vendor_code=numbers(trace))
        if issubclass(self.kind, RateLimited):
            return self.kind(reason, retry_after=wait or self.wait, trace=trace, reach=self.reach)
        if issubclass(self.kind, Suspended):
            return self.kind(reason, whole=self.whole, trace=trace)
        if issubclass(self.kind, Unavailable):
            return self.kind(reason, retry_after=wait or self.wait, trace=trace)
        return self.kind(reason, trace=trace)


def numbers(trace: Trace) -> str:
    """Code and subcode as Meta writes them; "" when they gave none."""
    return f"{trace.code}/{trace.subcode or 0}" if trace.code else ""


def _reconnect(reason: type[Outside]) -> Meaning:
    return Meaning(Unauthorized, reason)


def _refused(reason: type[Outside]) -> Meaning:
    return Meaning(Refused, reason)


def _blocked(reason: type[Outside], *, whole: bool = False) -> Meaning:
    return Meaning(Suspended, reason, whole=whole)


def _limited(reach: Reach) -> Meaning:
    return Meaning(RateLimited, outside.TooOften, wait=HOUR, reach=reach)


TROUBLE = Meaning(Unavailable, outside.Trouble)
LIMITED = _limited(Reach.PLACE)  # where they do not say what of ours called too often
NOT_READY = Meaning(Unavailable, outside.NotReady, wait=SOON)
UNREACHED = Meaning(Unavailable, outside.CannotFetch, wait=60.0)
FULL_DAY = Meaning(RateLimited, outside.FullDay, wait=HOUR)
PERMISSION = Meaning(Unauthorized, logins.NoPermission)
DUPLICATE = _refused(posts.Duplicate)

BY_SUBCODE: dict[int, Meaning] = {
    33: _refused(posts.NotFound),
    # 190: the login (Graph API, Handling Errors)
    458: _reconnect(logins.AppRemoved),
    459: _reconnect(logins.SignInThere),
    460: _reconnect(logins.PasswordChanged),
    463: _reconnect(logins.LoginExpired),
    464: _reconnect(logins.AccountNotConfirmed),
    467: _reconnect(logins.LoginEnded),
    492: _reconnect(logins.NoRole),
    # 100 at the login itself
    36007: _reconnect(logins.LoginTooSlow),
    36008: _refused(logins.RedirectNotTaken),
    36009: _reconnect(logins.LoginUsed),
    # Facebook
    1363047: TROUBLE,  # reported by Postiz, as is the next
    1609010: TROUBLE,
    1346003: _blocked(logins.HeldForAbuse),
    1366046: _refused(posts.PictureUnreadable),
    1390008: Meaning(RateLimited, outside.TooFast, wait=HOUR),
    1404006: _blocked(logins.SecurityCheck, whole=True),
    1404078: _blocked(logins.AuthorizePublishing),
    1404102: _blocked(logins.Standards),
    1404112: _blocked(logins.LimitedForAWhile),
    4854002: _blocked(logins.ConfirmIdentity, whole=True),
    # Instagram (Error Codes, 2026-06)
    2207001: TROUBLE,
    2207003: UNREACHED,
    2207004: _refused(posts.PictureTooLarge),
    2207005: _refused(posts.FormatRefused),
    2207006: _refused(posts.StagedGone),
    2207008: _refused(posts.StagedGone),
    2207009: _refused(posts.ShapeRefused),
    2207010: _refused(posts.TextTooLong),
    2207020: _refused(posts.StagedGone),
    2207023: _refused(posts.MediaKindUnknown),
    2207026: _refused(posts.FormatRefused),
    2207027: NOT_READY,
    2207028: _refused(posts.NumberRefused),
    2207032: TROUBLE,
    2207040: _refused(posts.TooManyTagged),
    2207042: FULL_DAY,
    2207050: _blocked(logins.Restricted),
    2207051: _blocked(logins.HeldForSpam),
    2207052: UNREACHED,
    2207053: TROUBLE,
    2207057: _refused(posts.CoverRefused),
    2207076: TROUBLE,
    2207077: UNREACHED,
    2207082: TROUBLE,
    # Threads (recorded; is_transient says false, and yet the same container works a little later)
    4279009: NOT_READY,
    4279013: _blocked(logins.Restricted),
}

BY_CODE: dict[int, Meaning] = {
    1: TROUBLE,
    2: TROUBLE,
    3: PERMISSION,
    4: _limited(Reach.APP),
    9: FULL_DAY,
    10: _blocked(logins.PermissionInDoubt),
    17: _limited(Reach.LOGIN),
    24: _refused(posts.StagedGone),
    25: _blocked(logins.Restricted),
    32: LIMITED,
    101: _refused(logins.AppUnknown),
    102: _reconnect(logins.LoginEnded),
    104: _refused(logins.SignatureRefused),
    190: _reconnect(logins.LoginRefused),
    324: _refused(posts.PictureUnreadable),
    341: LIMITED,
    368: _blocked(logins.BlockedOrDuplicate),
    389: UNREACHED,
    # Recorded with subcodes 2859009 (facebook-java-business-sdk issue 437) and 1404120 (python-business-sdk 516).
    415: _blocked(logins.TwoFactorDemanded),
    # 450, 452 and 459 are old codes for a session that is over (koala lists them; secondary).
    450: _reconnect(logins.LoginExpired),
    452: _reconnect(logins.LoginEnded),
    459: _reconnect(logins.SignInThere),
    506: DUPLICATE,
    613: _limited(Reach.LOGIN),
    1363019: TROUBLE,  # this and the next two: uploading a video
    1363030: TROUBLE,
    1363042: PERMISSION,
    2635: _refused(logins.VersionRetired),
    9004: UNREACHED,
    9007: NOT_READY,
    36000: _refused(posts.PictureTooLarge),
    36001: _refused(posts.FormatRefused),
    36003: _refused(posts.ShapeRefused),
    36004: _refused(posts.TextTooLong),
}
BY_CODE |= dict.fromkeys(range(200, 300), PERMISSION)
# Not a permission, though in their range: "user not visible", or the person's login where the Page's is needed. What
# was asked stays as it is (Page videos reference).
BY_CODE[210] = _refused(posts.NotShown)
BY_CODE |= dict.fromkeys(range(80000, 80015), LIMITED)  # business use case limits, one code per product

# "An unknown error" that a missing permission makes (Messenger Platform, Error Codes). Recorded from Pages as passing,
# too, and beside a live post (php-graph-sdk issues 948 and 1141): so it is doubted before it blocks, and on no list.
BY_BOTH: dict[tuple[int, int], Meaning] = {(1, 99): PERMISSION}


# Codes at the call that publishes which certainly had no effect. Everything else there is Unanswered: a wrong
# entry here is a duplicate post, a missing one only costs a look. Never 1, 2 or any 5xx (recorded with the
# post live: koala issue 699), never 506 and 368 (duplicates: it is probably there), never 4/2207051 (recorded
# beside a live post).
AUTH: Proven = frozenset({(190, None)})  # the token is checked before anything (Handling Errors)
PERMISSIONS: Proven = frozenset({(10, 0), (200, 0)})  # Handling Errors: "permission not granted or removed"
RATES: Proven = frozenset(
    # Rate Limiting: such calls are not carried out. Without a subcode only.
    {(4, 0), (17, 0), (32, 0), (613, 0), *((code, 0) for code in range(80000, 80015))}
)
REFUSED_MEDIA: Proven = frozenset(
    # Instagram Error Codes: the picture or the caption is refused, nothing is made of it.
    {(36000, 2207004), (36001, 2207005), (36003, 2207009), (36004, 2207010)}
    | {(100, 2207023), (100, 2207028), (100, 2207040)}
)
ON_FACEBOOK: Proven = AUTH | PERMISSIONS | RATES
ON_INSTAGRAM: Proven = (
    AUTH
    | PERMISSIONS
    | RATES
    | REFUSED_MEDIA
    # "not ready, wait": recorded; the same container is published later. The day's quota: Error Codes.
    | {(9007, 2207027), (9, 2207042)}
)
ON_THREADS: Proven = (
    AUTH
    | RATES
    # 24/4279009 "media not found" just after making the container: recorded by more than six projects; the same
    # container is published later. The day's quota: as on Instagram. Not 10: reported beside a live thread.
    | {(24, 4279009), (9, 2207042), (200, 0)}
)


def meaning_of(code: int, subcode: int) -> Meaning | None:
    """The row for an error: by both its numbers, by its subcode, by its code; None when we do not know it."""
    return BY_BOTH.get((code, subcode)) or BY_SUBCODE.get(subcode) or BY_CODE.get(code)
