"""Blocks, rests, links that come later, clocks, the minute of undo."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SUSPENDING = "tests/publishing/test_suspending.py"
FALSE_TOKENS = "tests/publishing/test_false_tokens.py"
RESTING = "tests/publishing/test_resting.py"
WEIGHING = "tests/publishing/test_weighing.py"
LINKING = "tests/publishing/test_linking.py"
CLOCK_PUT = "tests/operations/test_clock_put.py"
UNDOING = "tests/publishing/test_undoing.py"

WAITING = (
    Mutant(
        "suspended: everybody tries at once when the pause is over",
        "poster/work/cooldowns.py",
        "        if not _tries(row, holder, now + pauses[row.key].trial):\n",
        "        if False:\n",
        (f"{SUSPENDING}::test_of_two_who_ask_at_once_one_makes_the_try",),
    ),
    Mutant(
        "suspended: a block that they answer at the call that publishes proves that nothing was done",
        "accounts/providers/meta/client.py",
        "    if error is None or _proven(error.trace, no_effect):\n",
        "    if error is None or _proven(error.trace, no_effect) or error.trace.code in {'368', '4'}:\n",
        (f"{SUSPENDING}::test_refused_at_the_call_that_publishes_it_is_looked_for_and_the_others_wait[facebook]",),
    ),
    Mutant(
        "resting: a rest that somebody else was told about is not kept",
        "poster/http/client.py",
        "        if self.asks_first:\n",
        "        if False:\n",
        (f"{RESTING}::test_while_it_rests_nobody_asks_and_afterwards_everything_moves[app-facebook]",),
    ),
    Mutant(
        "resting: the last announced wait wins, not the longest",
        "poster/work/cooldowns.py",
        "    shorter = Rest.objects.filter(key=key, kind=Rest.Kind.ANNOUNCED, until__lt=until)\n",
        "    shorter = Rest.objects.filter(key=key, kind=Rest.Kind.ANNOUNCED)\n",
        (f"{RESTING}::test_the_longest_wait_wins_whoever_hears_it_last",),
    ),
    Mutant(
        "resting: the day in which a commit in doubt is found out passes while nobody may be asked",
        "outbox/verdicts.py",
        "    asked_from = max(marked_at, could_ask_since) if could_ask_since else marked_at\n",
        "    asked_from = marked_at\n",
        (f"{WEIGHING}::test_the_day_to_find_out_begins_when_they_may_be_asked",),
    ),
    Mutant(
        "refused: the first refusal of a Page's own token blocks it",
        "accounts/connections/refusals.py",
        "    return not login_doubts.count(channel, holder)\n",
        "    return False\n",
        (f"{FALSE_TOKENS}::test_a_few_false_refusals_block_nothing_and_it_goes_out_once[known-facebook-publishing]",),
    ),
    Mutant(
        "refused: what is accepted again is let in as if it had never been refused",
        "accounts/connections/revival.py",
        "    refused = same.filter(state=Channel.State.BLOCKED, reason_code=NotAccepted.code)\n",
        "    refused = same.filter(state=Channel.State.BLOCKED, reason_code=NotAccepted.code)\n"
        "    login_doubts.accepted(place)\n",
        (f"{FALSE_TOKENS}::test_who_says_yes_when_asked_and_no_to_every_post_is_asked_less_and_less[facebook-known]",),
    ),
    Mutant(
        "linking: what its container alone has proven is never asked about again",
        "outbox/permalinks.py",
        '    return rows.exclude(channel=None).exclude(remote_id="", committed_at=None)\n',
        '    return rows.exclude(channel=None).exclude(remote_id="")\n',
        (f"{LINKING}::test_when_they_list_it_it_gets_its_id_and_its_link[120.0-instagram]",),
    ),
    Mutant(
        "linking: the id that is learnt later stands in no line",
        "outbox/permalinks.py",
        "        if kept and learnt:\n",
        "        if kept and learnt and not out.remote_id:\n",
        (f"{LINKING}::test_when_they_list_it_it_gets_its_id_and_its_link[120.0-instagram]",),
    ),
    Mutant(
        "clock: the settle time does not begin anew when the clock was put",
        "outbox/checking.py",
        "    return max(marked_at(out), out.settle_from or marked_at(out))\n",
        "    return marked_at(out)\n",
        (f"{CLOCK_PUT}::test_a_commit_in_doubt_settles_no_sooner_than_promised[facebook-False-1200.0]",),
    ),
    Mutant(
        "clock: a word that was said by a clock that was ahead counts",
        "outbox/verdicts.py",
        "word.verdict == Verdict.NOT_THERE and settled <= word.at <= now]",
        "word.verdict == Verdict.NOT_THERE and settled <= word.at]",
        (f"{WEIGHING}::test_what_was_said_by_a_clock_that_was_ahead_counts_nothing",),
    ),
    Mutant(
        "clock: the mark stays where the wrong clock has put it, so nothing before it is looked through",
        "outbox/clock_repair.py",
        "    for row in ahead.filter(committed_at__gt=now):\n",
        "    for row in ahead.none():\n",
        (f"{CLOCK_PUT}::test_the_mark_is_put_right_with_the_clock",),
    ),
    Mutant(
        "clock: a lease that a wrong clock gave is kept",
        "poster/work/leases.py",
        " | Q(leased_until__gt=now + LONGEST)\n",
        "\n",
        (f"{CLOCK_PUT}::test_leases_that_are_longer_than_a_lease_are_over_even_unnoticed",),
    ),
    Mutant(
        "undo: what can be undone is marked all the same",
        "outbox/preflight.py",
        "    if until is None or not now < until <= now + UNDO:\n",
        "    if until is None or now < until <= now + UNDO:\n",
        (f"{UNDOING}::test_what_is_undone_after_59_seconds_was_never_asked_for_and_can_be_approved_again",),
    ),
    Mutant(
        "undo: what is marked already is taken back",
        "publishing/posts/approval_undo.py",
        "    rows = Delivery.objects.filter(found, post=post.pk, committed_at=None, restored_at=None)\n",
        "    rows = Delivery.objects.filter(post=post.pk)\n",
        (f"{UNDOING}::test_undo_and_the_mark_never_cross[publishing]",),
    ),
    Mutant(
        "undo: the worker that holds what was undone keeps it",
        "publishing/posts/approval_undo.py",
        '    fresh = {**values, "fence": F("fence") + 1}\n',
        '    fresh = {**values, "fence": F("fence")}\n',
        (f"{UNDOING}::test_a_worker_that_read_the_row_before_it_was_undone_does_not_mark_it",),
    ),
    Mutant(
        "undo: a second yes to a part is a yes to what is out as well",
        "publishing/posts/approving.py",
        "    if post.state != Post.State.APPROVED:\n        return chosen\n",
        "    if True:\n        return chosen\n",
        (f"{UNDOING}::test_the_part_that_was_undone_is_approved_again_and_the_other_is_left_alone",),
    ),
    Mutant(
        "undo: a part is approved again as often as anybody says yes",
        "publishing/posts/approving.py",
        "        if undone.filter(pk__in=rows).update(undone_at=None) != len(places):\n",
        "        if undone.filter(pk__in=rows).count() != len(places):\n",
        (f"{UNDOING}::test_of_two_who_approve_the_part_again_one_wins",),
    ),
)
