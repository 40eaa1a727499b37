"""What can be wrong with an account that describes pictures, whatever the picture."""

from __future__ import annotations

from enum import StrEnum


class Fault(StrEnum):
    """For good: codes are stored."""

    KEY = "key_refused"
    CREDITS = "credits_used_up"
    MODEL = "model_unknown"
    ADDRESS = "address_wrong"
    ACCOUNT = "account_refused"  # closed, suspended, or not yet set up there
    REGION = "region_unsupported"  # of the machine that asks
    QUOTA = "quota_used_up"  # of one model, for a day or so
    POLICY = "policy_forbids"  # the account's own settings there leave nobody who may answer
    UNVERIFIED = "not_verified"  # this model is for organizations that have shown who they are
    REQUEST = "request_refused"  # every request, and they do not say why


# The account's other models go on.
OF_THE_MODEL = {Fault.MODEL, Fault.QUOTA, Fault.POLICY, Fault.UNVERIFIED, Fault.REQUEST}
