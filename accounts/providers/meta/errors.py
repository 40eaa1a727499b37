"""What Meta's error codes mean, as tables: (code, subcode) -> what we do next and what people are told.

Sources: Meta's pages "Graph API, Handling Errors", "Rate Limiting" and "Instagram Platform, Error Codes", the
references of Pages and Threads, and answers that others recorded. The `error_user_*` texts are in the user's own
language: shown, never matched.
"""

from __future__ import annotations

from dataclasses import dataclass

from poster.errors import (
    Actor,
    OutsideError,
    RateLimited,
    Reach,
    Refused,
    Suspended,
    Trace,
    Unauthorized,
    Unavailable,
)

HOUR = 3600.0
SOON = 30.0

Proven = frozenset[tuple[int, int | None]]  # None: whatever the subcode


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row. `{name}` in the sentence is the service; `wait` is in seconds, for the kinds that can wait.

    `reach`: what rests at a rate limit; None: only posting. `code`, `whole`: see `Suspended`.
    """

    kind: type[OutsideError]
    sentence: str
    actor: Actor = Actor.YOU
    wait: float | None = None
    reach: Reach | None = None
    code: str = ""
    whole: bool = False

    def error(self, name: str, trace: Trace, *, wait: float | None = None) -> OutsideError:
        """The error to raise. `wait`: what they told us about when to come back."""
        sentence = self.sentence.format(name=name)
        if issubclass(self.kind, RateLimited):
            return self.kind(sentence, retry_after=wait or self.wait, trace=trace, reach=self.reach)
        if issubclass(self.kind, Suspended):
            return self.kind(sentence, code=self.code, whole=self.whole, actor=self.actor, trace=trace)
        if issubclass(self.kind, Unavailable):
            return self.kind(sentence, retry_after=wait or self.wait, trace=trace)
        if issubclass(self.kind, Refused):
            return self.kind(sentence, actor=self.actor, trace=trace)
        return self.kind(sentence, trace=trace)


def _reconnect(why: str) -> Meaning:
    return Meaning(Unauthorized, f"{why} Connect the account again; what waits for it then goes out.")


def _picture(why: str) -> Meaning:
    return Meaning(Refused, f"{why} Choose another picture or change its shape, then post again.")


def _config(why: str) -> Meaning:
    return Meaning(Refused, why, actor=Actor.OPERATOR)


def _blocked(why: str, code: str, *, whole: bool = False) -> Meaning:
    told = f"{why} Look into the account at {{name}}. What waits for it goes on by itself when {{name}} allows it."
    return Meaning(Suspended, told, code=code, whole=whole)


def _limited(reach: Reach) -> Meaning:
    told = "{name} says that there were too many calls. We wait as long as it asks."
    return Meaning(RateLimited, told, wait=HOUR, reach=reach)


# Why an account is suspended, in codes of ours. Stored: for good.
ABUSIVE, SPAM, RESTRICTED, LIMITED_FOR_A_WHILE = "abusive", "spam", "restricted", "limited"
SECURITY_CHECK, IDENTITY, STANDARDS, PUBLISHING_AUTHORIZATION = "security_check", "identity", "standards", "authorize"
NO_PERMISSION, TWO_FACTOR = "no_permission", "two_factor"


TROUBLE = Meaning(Unavailable, "{name} has trouble of its own at the moment. We try again by ourselves.")
LIMITED = _limited(Reach.PLACE)  # where they do not say what of ours called too often
NOT_READY = Meaning(
    Unavailable, "{name} is still working on the picture. We publish the same one a little later.", wait=SOON
)
UNREACHED = Meaning(
    Unavailable,
    "{name} could not fetch the picture from our public address. We try again; if it stays so, the operator "
    "has to make that address reachable from the internet, for {name}'s robots too.",
    wait=60.0,
)
FULL_DAY = Meaning(
    RateLimited, "{name} takes no more posts from this account today. We wait until there is room.", wait=HOUR
)
PERMISSION = Meaning(
    Unauthorized,
    "{name} says that a permission is missing. Connect the account again and allow all that it asks for.",
)
DUPLICATE = Meaning(Refused, "{name} says that exactly this was posted already.")

BY_SUBCODE: dict[int, Meaning] = {
    33: Meaning(Refused, "{name} does not have this object, or does not show it to this login."),
    # 190: the login (Graph API, Handling Errors)
    458: _reconnect("Our app was removed at {name}."),
    459: _reconnect("{name} wants you to sign in there first and follow its instructions."),
    460: _reconnect("The password at {name} was changed, or {name} ended the login for security."),
    463: _reconnect("The login at {name} has expired."),
    464: _reconnect("The account at {name} is not confirmed."),
    467: _reconnect("The login at {name} has ended."),
    492: _reconnect("This login has no role on the Page any more."),
    # 100 at the login itself
    36007: _reconnect("The login took too long."),
    36008: _config("{name} does not accept our redirect address. The operator has to enter it in the app's settings."),
    36009: _reconnect("This login was already used."),
    # Facebook
    1363047: TROUBLE,  # reported by Postiz, as is the next
    1609010: TROUBLE,
    1346003: _blocked("{name} holds this for abusive.", ABUSIVE),
    1366046: _picture("{name} cannot read this picture, or it is too large."),
    1390008: Meaning(RateLimited, "{name} says that this account posts too fast. We wait.", wait=HOUR),
    1404006: _blocked("{name} asks for a security check.", SECURITY_CHECK, whole=True),
    1404078: _blocked("{name} wants this Page's publishing to be authorized.", PUBLISHING_AUTHORIZATION),
    1404102: _blocked("{name} says that this goes against its community standards.", STANDARDS),
    1404112: _blocked("{name} has limited this account for a while.", LIMITED_FOR_A_WHILE),
    4854002: _blocked("{name} asks you to confirm who you are.", IDENTITY, whole=True),
    # Instagram (Error Codes, 2026-06)
    2207001: TROUBLE,
    2207003: UNREACHED,
    2207004: _picture("The picture is too large for {name}."),
    2207005: _picture("{name} does not take this picture's format."),
    2207006: Meaning(Refused, "{name} does not find what we prepared."),
    2207008: Meaning(Refused, "{name} does not find what we prepared, or it has expired."),
    2207009: _picture("{name} does not take a picture of this shape."),
    2207010: Meaning(Refused, "The text is too long for {name}. Shorten it, then post again."),
    2207020: Meaning(Refused, "What we prepared at {name} has expired."),
    2207023: Meaning(Refused, "{name} does not know this kind of media.", actor=Actor.OPERATOR),
    2207026: _picture("{name} does not take this format."),
    2207027: NOT_READY,
    2207028: _picture("{name} does not take this number of pictures."),
    2207032: TROUBLE,
    2207040: Meaning(Refused, "{name} takes at most 20 tagged people. Remove some, then post again."),
    2207042: FULL_DAY,
    2207050: _blocked("{name} has restricted this account.", RESTRICTED),
    2207051: _blocked("{name} has blocked this as spam.", SPAM),
    2207052: UNREACHED,
    2207053: TROUBLE,
    2207057: Meaning(Refused, "{name} does not take the moment that was chosen for the cover.", actor=Actor.OPERATOR),
    2207076: TROUBLE,
    2207077: UNREACHED,
    2207082: TROUBLE,
    # Threads (recorded; is_transient says false, and yet the same container works a little later)
    4279009: NOT_READY,
    4279013: _blocked("{name} has restricted this account.", RESTRICTED),
}

BY_CODE: dict[int, Meaning] = {
    1: TROUBLE,
    2: TROUBLE,
    3: PERMISSION,
    4: _limited(Reach.APP),
    9: FULL_DAY,
    10: Meaning(
        Suspended,
        "{name} says that a permission is missing. If it stays so, connect the account again and allow all that it "
        "asks for. What waits for it goes on by itself when {name} allows it again.",
        code=NO_PERMISSION,
    ),
    17: _limited(Reach.LOGIN),
    24: Meaning(Refused, "{name} does not find what we prepared."),
    25: _blocked("{name} has restricted this account.", RESTRICTED),
    32: LIMITED,
    101: _config("{name} does not know our app. The operator has to check the app id and secret."),
    102: _reconnect("The login at {name} has ended."),
    104: _config("{name} does not accept our app's signature. The operator has to check the app secret."),
    190: _reconnect("{name} no longer accepts this login."),
    324: _picture("{name} cannot read this picture."),
    341: LIMITED,
    368: _blocked("{name} has blocked this for a while, or holds it for a duplicate.", LIMITED_FOR_A_WHILE),
    389: UNREACHED,
    # Recorded with subcodes 2859009 (facebook-java-business-sdk issue 437) and 1404120 (python-business-sdk 516).
    415: Meaning(
        Suspended,
        "{name} asks for two-factor authentication: the business that owns this account demands it of everybody who "
        "works with it. Switch it on in your own account at {name}, then connect the account again. What waits for it "
        "goes on by itself when {name} allows it again.",
        code=TWO_FACTOR,
    ),
    # 450, 452 and 459 are old codes for a session that is over (koala lists them; secondary).
    450: _reconnect("The login at {name} has expired."),
    452: _reconnect("The login at {name} has ended."),
    459: _reconnect("{name} wants you to sign in there first and follow its instructions."),
    506: DUPLICATE,
    613: _limited(Reach.LOGIN),
    1363019: TROUBLE,  # this and the next two: uploading a video
    1363030: TROUBLE,
    1363042: PERMISSION,
    2635: _config(
        "{name} has retired the version of its interface that we speak. The operator has to update ai-poster."
    ),
    9004: UNREACHED,
    9007: NOT_READY,
    36000: _picture("The picture is too large for {name}."),
    36001: _picture("{name} does not take this picture's format."),
    36003: _picture("{name} does not take a picture of this shape."),
    36004: Meaning(Refused, "The text is too long for {name}. Shorten it, then post again."),
}
BY_CODE |= dict.fromkeys(range(200, 300), PERMISSION)
# Not a permission, though in their range: "user not visible", or the person's login where the Page's is needed. What
# was asked stays as it is (Page videos reference).
BY_CODE[210] = Meaning(Refused, "{name} does not show this to the login that we asked with.", actor=Actor.OPERATOR)
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
