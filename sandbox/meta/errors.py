"""Meta's error envelopes in its own words; the real `error_user_*` are in the language of the user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

GRAPH_DOCS = "https://developers.facebook.com/docs/graph-api"
MEDIA_DOCS = (
    "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media#creating"
)


@dataclass(eq=False)
class GraphError(Exception):
    """An answer that is an error. `title` and `advice` are the error_user_* texts."""

    message: str
    code: int
    subcode: int = 0
    type: str = "OAuthException"
    status: int = 400
    title: str = ""
    advice: str = ""
    transient: bool = False

    def body(self, trace_id: str) -> dict[str, Any]:
        """The JSON envelope."""
        error: dict[str, Any] = {"message": self.message, "type": self.type, "code": self.code}
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.title or self.transient:
            error["is_transient"] = self.transient
        if self.title:
            error |= {"error_user_title": self.title, "error_user_msg": self.advice}
        return {"error": error | {"fbtrace_id": trace_id}}


# Requests


def unknown_path(path: str) -> GraphError:
    return GraphError(f"Unknown path components: /{path}", 2500)


def missing_object(method: str, object_id: str) -> GraphError:
    """Absent, not yours, or not that kind of thing: one answer for all three."""
    return GraphError(
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation. Please read the Graph API "
        f"documentation at {GRAPH_DOCS}",
        100,
        33,
        type="GraphMethodException",
    )


def unknown_parameter(name: str) -> GraphError:
    return GraphError(f"(#100) The parameter {name} is not supported by this endpoint", 100)


def missing_parameter(name: str) -> GraphError:
    return GraphError(f"(#100) The parameter {name} is required", 100)


def invalid_parameter(why: str) -> GraphError:
    return GraphError(f"(#100) {why}", 100)


def unknown_field(name: str, kind: str) -> GraphError:
    return GraphError(f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})", 100)


# Tokens and permissions


def no_token() -> GraphError:
    return GraphError("An access token is required to request this resource.", 104)


def nobody() -> GraphError:
    return GraphError("An active access token must be used to query information about the current user.", 2500)


def malformed_token() -> GraphError:
    return GraphError("Invalid OAuth access token - Cannot parse access token", 190)


def expired_token(expired_at: float, now: float) -> GraphError:
    return GraphError(
        f"Error validating access token: Session has expired on {_day(expired_at)}. The current time is {_day(now)}.",
        190,
        463,
    )


REVOKED = {
    458: "Error validating access token: The user has not authorized application {app}.",
    459: "Error validating access token: You cannot access the app till you log in to www.facebook.com and "
    "follow the instructions given.",
    460: "Error validating access token: The session has been invalidated because the user changed their "
    "password or Facebook has changed the session for security reasons.",
    467: "Error validating access token: This may be because the user logged out or may be due to a system error.",
}


def revoked_token(subcode: int, app_id: str) -> GraphError:
    return GraphError(REVOKED[subcode].format(app=app_id), 190, subcode)


def wrong_proof() -> GraphError:
    return GraphError("Invalid appsecret_proof provided in the API argument", 100, type="GraphMethodException")


def missing_proof() -> GraphError:
    return GraphError("API calls from the server require an appsecret_proof argument", 100, type="GraphMethodException")


def page_token_needed() -> GraphError:
    return GraphError(
        "(#190) This method must be called with a Page Access Token",
        190,
        2069032,
        title="User Access Token Is Not Supported",
        advice="A Page access token is required for this call for the new Pages experience.",
    )


def may_not_post() -> GraphError:
    return GraphError(
        "(#200) If posting to a page, requires both pages_read_engagement and pages_manage_posts "
        "as an admin with sufficient administrative permission",
        200,
        status=403,
    )


def may_not(scope: str) -> GraphError:
    return GraphError(f"(#10) This endpoint requires the '{scope}' permission or is not available to this app", 10)


# Facebook posts


def bad_image() -> GraphError:
    return GraphError("(#324) Missing or invalid image file", 324)


def image_too_big() -> GraphError:
    return GraphError(
        "(#324) Missing or invalid image file",
        324,
        1366046,
        title="Can't Read Files",
        advice="Your photos couldn't be uploaded. Photos should be smaller than 10 MB and saved as JPG, "
        "PNG, GIF, BMP or TIFF files.",
    )


def empty_post() -> GraphError:
    return GraphError("(#197) The post is empty. Please enter a message to share.", 197)


def duplicate_post() -> GraphError:
    return GraphError("(#506) Duplicate status message", 506)


def scheduled_wrong() -> GraphError:
    return invalid_parameter("The specified scheduled publish time is invalid.")


# Instagram and Threads


def unfetched(url: str) -> GraphError:
    return GraphError(
        "Only photo or video can be accepted as media type.",
        9004,
        2207052,
        title="Media download has failed. The media URI doesn't meet our requirements.",
        advice=f"The media could not be fetched from this URI: {url}. See the limitations section of our "
        f"development document for more information: {MEDIA_DOCS}",
    )


def too_large() -> GraphError:
    return GraphError(
        "The image size is too large.",
        36000,
        2207004,
        title="Image size too large",
        advice="The image is too large to download. It should be less than 8 MiB.",
    )


def wrong_format(found: str) -> GraphError:
    return GraphError(
        "The image format is not supported.",
        36001,
        2207005,
        title="Unsupported image format",
        advice=f"The image format {found} is not supported. Supported formats are: JPEG.",
    )


def wrong_ratio(ratio: float) -> GraphError:
    return GraphError(
        "The aspect ratio is not supported.",
        36003,
        2207009,
        title="Invalid aspect ratio",
        advice=f"The submitted image with aspect ratio ('{ratio:.3g}',) cannot be published. "
        "Please submit an image with a valid aspect ratio.",
    )


def caption_too_long(length: int) -> GraphError:
    return GraphError(
        "The caption was too long.",
        36004,
        2207010,
        title="Caption too long",
        advice=f"The submitted image's caption was {length} characters long. The maximum number of "
        "characters permitted for a caption is 2200. Please submit media with a shorter caption.",
    )


def wrong_children() -> GraphError:
    return GraphError(
        "Invalid parameter",
        100,
        2207028,
        title="Carousel validation failed",
        advice="Carousels need at least 2 and no more than 10 items.",
    )


def children_not_ready() -> GraphError:
    """Recorded: exileum/meta-mcp pull 4. Its code is not told there; the subcode is."""
    return GraphError(
        "The requested resource does not exist",
        24,
        4279004,
        title="Carousel validation failed",
        advice="The carousel child items are invalid or expired.",
    )


def used_photo() -> GraphError:
    """Page Stories API, Limitations: not one that a post has shown before."""
    return invalid_parameter("The photo was already published and cannot be used in a story")


def not_ready() -> GraphError:
    return GraphError(
        "Media ID is not available",
        9007,
        2207027,
        title="Cannot Publish",
        advice="The media is not ready for publishing, please wait for a moment",
    )


def container_gone(container_id: str) -> GraphError:
    return GraphError(
        "The requested resource does not exist",
        24,
        2207008,
        title="Media builder not found",
        advice=f"The media builder with creation id = {container_id} does not exist or has been expired.",
    )


def quota_reached() -> GraphError:
    return GraphError(
        "Application request limit reached",
        9,
        2207042,
        title="Publishing limit reached",
        advice="You reached maximum number of posts that is allowed to be published by Content Publishing API.",
    )


def thread_not_found(media_id: str) -> GraphError:
    return GraphError(
        "The requested resource does not exist",
        24,
        4279009,
        title="Media Not Found",
        advice=f"The media with id {media_id} cannot be found.",
    )


# Login


def invalid_app() -> GraphError:
    return GraphError("Error validating application. Invalid application ID.", 101)


def wrong_secret() -> GraphError:
    """Code 1, and yet nothing that passes by itself."""
    return GraphError("Error validating client secret.", 1)


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%A, %d-%b-%y %H:%M:%S PST")
