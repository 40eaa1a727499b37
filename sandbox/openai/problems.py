"""How OpenAI and the houses that speak its language say no. `code` is what clients decide on.

Sources: OpenAI "Error codes", recorded answers; OpenRouter "Errors"; Gemini API "Troubleshooting".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.faults import Complaint, Rule
from sandbox.openai.own import GEMINI, OPENAI, OPENROUTER, own
from sandbox.world import World

BUSY = "Rate limit reached for {about} in organization org-practice on requests per min (RPM): Limit 500."
QUOTA = (
    "You exceeded your current quota, please check your plan and billing details. For more information on "
    "this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors."
)
BAD_KEY = (
    "Incorrect API key provided: {about}. You can find your API key at https://platform.openai.com/account/api-keys."
)


@dataclass(frozen=True, slots=True)
class Code:
    """One way to say no."""

    status: int
    message: str
    type: str = "invalid_request_error"


CODES = {
    "invalid_api_key": Code(401, BAD_KEY),
    "rate_limit_exceeded": Code(429, BUSY, "requests"),
    "insufficient_quota": Code(429, QUOTA, "insufficient_quota"),
    "model_not_found": Code(404, "The model `{about}` does not exist or you do not have access to it."),
    "unknown_parameter": Code(400, "Unknown parameter: '{about}'."),
    "missing_required_parameter": Code(400, "Missing required parameter: '{about}'."),
    "unsupported_parameter": Code(400, "Unsupported parameter: '{about}' is not supported with this model."),
    "unsupported_value": Code(400, "Unsupported value: '{about}'."),
    "invalid_type": Code(400, "Invalid type for '{about}'."),
    "invalid_value": Code(400, "Invalid value: '{about}'."),
    "invalid_json_schema": Code(400, "Invalid schema for response_format: {about}"),
    "invalid_image_url": Code(400, "Error while downloading {about}."),
    "invalid_image_format": Code(
        400,
        "You uploaded an unsupported image. Please make sure your image has of one the following formats: "
        "['png', 'jpeg', 'gif', 'webp'].",
    ),
    "image_parse_error": Code(400, "You uploaded an unsupported image. Please make sure your image is valid."),
    "context_length_exceeded": Code(
        400, "Input tokens exceed the configured limit. Please reduce the length of the messages."
    ),
    "content_policy_violation": Code(400, "Your request was rejected as a result of our safety system."),
    "server_error": Code(500, "The server had an error while processing your request.", "server_error"),
    "unsupported_country_region_territory": Code(
        403, "Country, region, or territory not supported", "request_forbidden"
    ),
}
RATE_HEADERS = (
    ("x-ratelimit-limit-requests", "500"),
    ("x-ratelimit-remaining-requests", "0"),
    ("x-ratelimit-reset-requests", "120ms"),
    ("x-ratelimit-limit-tokens", "200000"),
    ("x-ratelimit-remaining-tokens", "0"),
    ("x-ratelimit-reset-tokens", "6m0s"),
)


class Problem(Exception):
    """A call ends with an error: `code` is a key of CODES or of what is `own` to a house, `about` fills its blank,
    `param` names the culprit.
    """

    def __init__(self, code: str, about: str = "", *, param: str = "", message: str = "", status: int = 0) -> None:
        super().__init__(code)
        known = CODES.get(code, CODES["server_error"])
        self.code = code
        self.type = known.type
        self.param = param
        self.wanted = message, status
        self.message = message or known.message.format(about=about)
        self.status = status or known.status

    def body(self, host: str) -> Any:  # noqa: ANN401 - Gemini wraps its errors in a list
        """The envelope of this house."""
        error = self.error(host)
        if host == OPENROUTER:
            return {"error": error, "user_id": None}
        return [{"error": error}] if host == GEMINI else {"error": error}

    def error(self, host: str) -> dict[str, Any]:
        """What is in the envelope."""
        special = own(host, self.code)
        if special:
            return {"message": self.wanted[0] or special.message} | special.fields
        if host == OPENROUTER:
            return {"message": self.message, "code": self._openrouter_status()}
        if host == GEMINI:
            return {"code": self.status, "message": self.message, "status": self._rpc_status()}
        code = None if self.code == "server_error" else self.code
        return {"message": self.message, "type": self.type, "param": self.param or None, "code": code}

    def status_at(self, host: str) -> int:
        """Some houses have a status of their own for some cases."""
        special = own(host, self.code)
        if special:
            return self.wanted[1] or special.status
        return self._openrouter_status() if host == OPENROUTER else self.status

    def headers(self, host: str) -> tuple[tuple[str, str], ...]:
        """What comes with a 429 that passes by itself."""
        if self.code != "rate_limit_exceeded":
            return ()
        return (("retry-after", "20"), *(RATE_HEADERS if host == OPENAI else ()))

    def _openrouter_status(self) -> int:
        return 400 if self.code == "model_not_found" else self.status

    def _rpc_status(self) -> str:
        names = {
            401: "UNAUTHENTICATED",
            403: "PERMISSION_DENIED",
            404: "NOT_FOUND",
            429: "RESOURCE_EXHAUSTED",
            500: "INTERNAL",
            503: "UNAVAILABLE",
            504: "DEADLINE_EXCEEDED",
        }
        return names.get(self.status, "INVALID_ARGUMENT")


def complain(_world: World, rule: Rule) -> Complaint:
    """The error that the fault panel asks for. `variant`: a code of CODES, or a case of a house's `own`."""
    usual = {"rate": "rate_limit_exceeded", "expired": "invalid_api_key", "revoked": "invalid_api_key"}
    code = rule.variant or usual.get(rule.kind, "server_error")
    about = "sk-prac****" if code == "invalid_api_key" else ""
    problem = Problem(code, about, message=rule.message, status=rule.status or rule.code)
    host = rule.host if rule.host in (OPENROUTER, GEMINI) else OPENAI
    headers = () if rule.retry_after else problem.headers(host)
    return Complaint(problem.status_at(host), problem.body(host), headers)
