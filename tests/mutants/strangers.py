"""Whose something is, where people are led to, who goes first, and what is opened or taken back by mistake."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

CAUSES = "tests/publishing/test_causes.py::test_nobody_is_told_of_what_is_anothers"
CARRYING_ON = "tests/accounts/test_carrying_on.py"
LED = f"{CARRYING_ON}::test_nobody_is_led_to_somebody_elses_page"
LAID_BY = f"{CARRYING_ON}::test_a_file_and_what_is_too_much_are_not_laid_by"
REFRESHING = "tests/accounts/test_refreshing.py"
TWINS = "tests/publishing/test_twins.py"

STRANGERS = (
    Mutant(
        "causes: people are told how much of others waits",
        "publishing/causes.py",
        "Delivery.objects.filter(owner=person, state__in=State.held_up())",
        "Delivery.objects.filter(state__in=State.held_up())",
        (f"{CAUSES}[paused]",),
    ),
    Mutant(
        "causes: people are told of logins of others",
        "publishing/causes.py",
        "Credential.objects.filter(blocked, owner=person)",
        "Credential.objects.filter(blocked)",
        (f"{CAUSES}[an expired login]",),
    ),
    Mutant(
        "carry on: the page that was named may be anybody's",
        "poster/web/resumed_acts.py",
        "        if url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure()):\n",
        "        if place:\n",
        (LED,),
    ),
    Mutant(
        "carry on: what was a path of ours becomes a host",
        "poster/web/resumed_acts.py",
        "            if url_has_allowed_host_and_scheme(page, None):",
        "            if page:",
        (LED,),
    ),
    Mutant(
        "carry on: an act is carried out without its file",
        "poster/web/resumed_acts.py",
        'kept = request.method == "POST" and not request.FILES\n',
        'kept = request.method == "POST"\n',
        (LAID_BY,),
    ),
    Mutant(
        "carry on: anybody can fill the disk",
        "poster/web/stash.py",
        "    if len(json.dumps(what)) > MOST or not (person",
        "    if not (person",
        (LAID_BY,),
    ),
    Mutant(
        "reviving: an answer about the old token opens the new login",
        "accounts/connections/revival.py",
        "pk=login.pk, version=login.version, state",
        "pk=login.pk, state",
        (f"{REFRESHING}::test_an_answer_about_an_old_token_opens_no_login_that_was_connected_and_refused_since",),
    ),
    Mutant(
        "reviving: what somebody has released is opened again",
        "accounts/connections/revival.py",
        ", reason_code=LoginNotAccepted.code, released=False\n",
        ", reason_code=LoginNotAccepted.code\n",
        (f"{REFRESHING}::test_a_place_that_was_released_stays_closed_when_its_login_is_accepted_again",),
    ),
    Mutant(
        "twins: what is blocked is not waited for",
        "publishing/delivery/twins.py",
        "tuple(State.held_up())\n",
        "tuple(State.due())\n",
        (f"{TWINS}::test_what_is_blocked_goes_on_and_is_waited_for",),
    ),
    Mutant(
        "twins: of two of the same moment both wait",
        "publishing/delivery/twins.py",
        "created_at = %s AND id < %s",
        "created_at = %s AND id <> %s",
        (f"{TWINS}::test_of_two_made_in_the_same_moment_one_goes",),
    ),
    Mutant(
        "undo: what may be out since a restore is taken back",
        "publishing/posts/approval_undo.py",
        "post=post.pk, committed_at=None, restored_at=None)",
        "post=post.pk, committed_at=None)",
        ("tests/publishing/test_undoing.py::test_what_may_be_out_since_a_backup_was_put_back_is_not_undone",),
    ),
    Mutant(
        "ledger: a signed column that is gone ends the looking",
        "poster/database/raw_rows.py",
        "        if name not in self.fields:\n",
        "        if False:\n",
        ("tests/poster/test_verifying.py::test_a_signed_column_that_is_gone_is_found_and_stops_the_start",),
    ),
    Mutant(
        "taken away: what somebody left for good can be posted after all",
        "outbox/manual_actions.py",
        "        **Outgoing.reason.columns(None),\n",
        "",
        ("tests/publishing/test_taken_away.py::test_of_what_was_cancelled_only_that_can_be_posted_after_all",),
    ),
)
