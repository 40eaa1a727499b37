"""Errors by code and subcode, for the fault panel."""

from __future__ import annotations

from dataclasses import replace

from sandbox.meta import errors
from sandbox.meta.errors import GRAPH_DOCS, GraphError

TWO_FACTOR = (415, 2859009)
_KNOWN = {
    (1, 0): GraphError("An unknown error occurred", 1, status=500, transient=True),
    (2, 0): GraphError(
        "An unexpected error has occurred. Please retry your request later.", 2, status=500, transient=True
    ),
    (4, 0): GraphError("(#4) Application request limit reached", 4, status=403),
    (4, 2207051): GraphError(
        "Application request limit reached",
        4,
        2207051,
        title="Action is blocked",
        advice="We restrict certain activity to protect our community. Tell us if you think we made a mistake.",
    ),
    (10, 0): GraphError("(#10) Application does not have permission for this action", 10, status=403),
    (25, 2207050): GraphError(
        "The Instagram account is restricted.",
        25,
        2207050,
        title="User restricted",
        advice="The Instagram professional account is inactive, checkpointed or restricted. Please sign in "
        "to the Instagram app and follow the instructions there.",
    ),
    (32, 0): GraphError("(#32) Page request limit reached", 32),
    (100, 33): errors.missing_object("get", "0"),
    (200, 0): GraphError("(#200) Permissions error", 200, status=403),
    (324, 0): errors.bad_image(),
    (341, 0): GraphError("(#341) Feed action request limit reached", 341),
    (368, 0): GraphError("(#368) The action attempted has been deemed abusive or is otherwise disallowed", 368),
    (368, 1390008): GraphError(
        "We limit how often you can post, comment or do other things in a given amount of time in order to "
        "help protect the community from spam. You can try again later.",
        368,
        1390008,
    ),
    TWO_FACTOR: GraphError(  # facebook-java-business-sdk issues 437 and 438
        "Two factor authentication required. User have to enter a code from SMS or TOTP code generator to pass 2fac. "
        "This could happen when accessing a 2fac-protected asset like a page that is owned by a 2fac-protected "
        "business manager.",
        *TWO_FACTOR,
        title="Two-factor authentication required",
        advice="To continue working in your account, please refresh this page to authenticate. Or navigate to the "
        "business settings page and authenticate when prompted.",
    ),
    (506, 0): errors.duplicate_post(),
    (9, 2207042): errors.quota_reached(),
    (24, 2207008): errors.container_gone("0"),
    (24, 4279009): errors.thread_not_found("0"),
    (9004, 2207052): errors.unfetched("https://example.invalid/picture.jpg"),
    (9007, 2207027): errors.not_ready(),
    (80001, 0): GraphError(
        "(#80001) There have been too many calls to this Page account. Wait a bit and try again. For "
        f"more info, please refer to {GRAPH_DOCS}/overview/rate-limiting.",
        80001,
    ),
    (80002, 0): GraphError(
        "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again. For "
        f"more info, please refer to {GRAPH_DOCS}/overview/rate-limiting.",
        80002,
    ),
}


def by_number(code: int, subcode: int, message: str = "") -> GraphError:
    """The envelope of this code; for one that we do not know, a plain one with the given message."""
    if code == 190:
        known = GraphError("Error validating access token", 190, subcode)
    else:
        known = _KNOWN.get((code, subcode), GraphError(f"(#{code}) The request failed", code, subcode))
    return replace(known, message=message) if message else replace(known)
