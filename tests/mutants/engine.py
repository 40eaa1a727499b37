"""What may be sent, when, and what an answer proves."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

EVERYWHERE = "tests/faults/test_everywhere.py"
AT_COMMIT = f"{EVERYWHERE}::test_whatever_goes_wrong_at_the_call_that_publishes"
FAULTS = "tests/faults/test_faults.py"
SOCKETS = "tests/faults/test_sockets.py"

ENGINE = (
    Mutant(
        "a: it is sent before the intent is durable",
        "outbox/delivering.py",
        "    with dead_mans_switch(call + LIFE_AFTER):\n",
        "    with dead_mans_switch(call + LIFE_AFTER), transaction.atomic():\n",
        (f"{EVERYWHERE}::test_the_worker_may_die_at_any_call[facebook-after]",),
    ),
    Mutant(
        "b: a lease that ends leads from publishing back to the call",
        "outbox/takings.py",
        "    Outgoing.State.PUBLISHING: doubt_the_dead,\n",
        "    Outgoing.State.PUBLISHING: ready,\n",
        (f"{EVERYWHERE}::test_the_worker_may_die_at_any_call[facebook-after]",),
    ),
    Mutant(
        "c: a 500 at the call that publishes means: again",
        "accounts/providers/meta/client.py",
        "    if error is None or _proven(error.trace, no_effect):\n",
        "    if error is None or _proven(error.trace, no_effect) or answer.status >= 500:\n",
        (f"{AT_COMMIT}[facebook-500 code 2, done]",),
    ),
    Mutant(
        "d: a code that nobody knows means: failed",
        "accounts/providers/meta/client.py",
        "    return Unanswered(_unclear(name, error.trace), trace=error.trace, meant=error)\n",
        "    return error\n",
        (f"{AT_COMMIT}[facebook-unknown code, done]",),
    ),
    Mutant(
        "e: a photo that names no post proves that there is none",
        "publishing/platforms/facebook.py",
        "Verdict.NOT_THERE, evidence.PhotoNamesNone())",
        "Verdict.NOT_THERE, evidence.PhotoNamesNone(), authoritative=True)",
        ("tests/publishing/test_facebook.py::test_a_photo_that_names_no_post_proves_nothing_alone",),
    ),
    Mutant(
        "f: not there counts at once, without settling",
        "outbox/verdicts.py",
        "    return marked_at + call + LATE_EXECUTION + dt.timedelta(seconds=settle)\n",
        "    return marked_at\n",
        (f"{FAULTS}::test_lists_that_lag_ten_minutes_mislead_nobody[facebook-answer lost]",),
    ),
    Mutant(
        "g: the newest post of the list is taken for ours",
        "publishing/platforms/containers.py",
        "same = [row for row in self._posts(account, since) if same_words(row.get(words), request.text)]",
        "same = list(self._posts(account, since))[:1]",
        ("tests/publishing/test_instagram.py::test_the_newest_post_is_not_taken_for_ours",),
    ),
    Mutant(
        "h: the words are asked for again at each try",
        "publishing/delivery/publish_request.py",
        "Request(delivery.form, delivery.text, parts,",
        "Request(delivery.form, delivery.post.text, parts,",
        (f"{FAULTS}::test_what_was_approved_goes_out_however_often_it_is_tried",),
    ),
    Mutant(
        "i: trouble with the link leads back to publishing",
        "outbox/permalinks.py",
        "remote_id=remote_id, permalink=permalink, looks=out.looks + 1)\n",
        'state="published" if permalink else "queued")\n',
        (f"{FAULTS}::test_trouble_with_the_link_changes_nothing",),
    ),
    Mutant(
        "j: a row is claimed by reading it and then writing",
        "poster/work/leases.py",
        "        mine = self.free().filter(pk=row.pk, fence=row.fence, **still)\n",
        "        mine = self.filter(pk=row.pk)\n",
        (f"{FAULTS}::test_of_five_workers_with_the_same_read_one_works",),
    ),
    Mutant(
        "k: the HTTP library tries again by itself",
        "poster/http/connection.py",
        "        super().__init__(max_retries=0)\n",
        '        super().__init__(max_retries=__import__("urllib3").Retry(3, allowed_methods=None))\n',
        (f"{SOCKETS}::test_whatever_happens_after_it_was_sent_it_may_have_happened",),
    ),
    Mutant(
        "l: redirects are followed",
        "poster/http/client.py",
        "allow_redirects=False",
        "allow_redirects=True",
        (f"{SOCKETS}::test_a_redirect_leads_nowhere_and_the_token_with_it",),
    ),
    Mutant(
        "m: a post has one state for all its channels",
        "outbox/receipts.py",
        "    rows = Outgoing.objects.filter(pk=out.pk).exclude(state=Outgoing.State.PUBLISHED)\n",
        "    rows = Outgoing.objects.filter(owner=out.owner_id).exclude(state=Outgoing.State.PUBLISHED)\n",
        ("tests/publishing/test_delivering.py::test_a_post_goes_out_to_all_three_and_once",),
    ),
    Mutant(
        "n: what the source remembers is saved before what was found",
        "watches/scanning.py",
        "    with transaction.atomic():\n        found += scan_writes.record(last, films)\n",
        "    memory.write(stream, changed)\n"
        "    with transaction.atomic():\n        found += scan_writes.record(last, films)\n",
        ("tests/watches/test_scanning.py::test_the_bookmark_and_the_rows_are_written_together",),
    ),
    Mutant(
        "o: the first look posts what was there before",
        "watches/scan_writes.py",
        "    if _was_there(watch, file) and watch.backlog == Watch.Backlog.SKIP:\n",
        "    if False:\n",
        ("tests/watches/test_scanning.py::test_what_was_there_before_is_recorded_and_not_posted",),
    ),
    Mutant(
        "p: the token travels in the address",
        "accounts/providers/meta/client.py",
        "        return self._client(judge).get(path, **params, **self._proof())\n",
        "        return self._client(judge).get(path, **params, access_token=self.token, **self._proof())\n",
        ("tests/contracts/test_platforms.py::test_tokens_travel_in_the_header_only",),
    ),
    Mutant(
        "q: a form offers the channels of others",
        "watches/forms.py",
        "Channel.objects.filter(owner=owner).select_related",
        "Channel.objects.select_related",
        ("tests/dashboard/test_strangers.py::test_the_form_for_a_new_row_offers_only_ones_own",),
    ),
    Mutant(
        "s: any TLS error means that nothing was sent",
        "poster/http/connection.py",
        "        return bool(self._held)\n",
        "        return False\n",
        (f"{SOCKETS}::test_a_tls_error_after_it_was_sent_is_not_taken_for_one_before",),
    ),
    Mutant(
        "t: only the single read has a deadline, not the call",
        "poster/http/connection.py",
        "        self._clock.start()\n",
        "",
        (f"{SOCKETS}::test_an_answer_that_trickles_is_given_up_at_the_deadline_of_the_whole_call[headers]",),
    ),
    Mutant(
        "u: a person's not there counts while it may still come",
        "outbox/manual_actions.py",
        "    if clock.now() < settled:\n",
        "    if False:\n",
        (f"{FAULTS}::test_a_person_cannot_say_that_it_is_not_there_while_it_may_still_come",),
    ),
    Mutant(
        "v: one look that finds nothing is proof",
        "outbox/verdicts.py",
        "TIMES = 3\n",
        "TIMES = 1\n",
        ("tests/publishing/test_weighing.py::test_a_certain_source_must_say_no_three_times_a_minute_apart",),
    ),
    Mutant(
        "w: the same picture is not held back",
        "publishing/kind.py",
        "        if out.post.decided_by_id or twin_of(out) is None:\n",
        "        if True:\n",
        (f"{FAULTS}::test_a_watch_sends_the_same_picture_to_a_channel_once_a_week[facebook]",),
    ),
    Mutant(
        "crew: a thread of it publishes",
        "outbox/takings.py",
        "        made(out, partial(keep if hand.is_late else publish, laid=laid))\n",
        "        crew.later(partial(made, out, partial(keep if hand.is_late else publish, laid=laid)))\n",
        ("tests/postgres/test_crews_on_postgres.py",),
    ),
    Mutant(
        "mark: what is ready is marked without the line that names it",
        "outbox/delivering.py",
        "[*(keeper.lines() if owed else []), commit]",
        "[commit]",
        ("tests/publishing/test_delivering.py::test_that_it_is_ready_is_the_line_before_the_intent",),
    ),
    Mutant(
        "overtaken: the fence of whoever has it now is taken over",
        "outbox/delivering.py",
        "    except (IntegrityError, _Stopped) as error:  # outgoing_one_in_flight\n        fence = out.fence\n"
        "        out.refresh_from_db()\n",
        "    except (IntegrityError, _Stopped, _Overtaken) as error:\n        out.refresh_from_db()\n"
        "        fence = out.fence\n",
        ("tests/publishing/test_overtaken.py",),
    ),
    Mutant(
        "crew: an error of the main thread leaves what is in hand to the leases",
        "outbox/takings.py",
        "        hand.put_back()\n",
        "        pass\n",
        ("tests/postgres/test_crews_on_postgres.py",),
    ),
    Mutant(
        "x: an error of a worker's is written down although its row has another hand",
        "poster/work/leases.py",
        "        if not model._base_manager.filter(pk=self.pk, fence=self.fence).update(**values):\n",
        "        if not model._base_manager.filter(pk=self.pk).update(**values):\n",
        (f"{FAULTS}::test_a_clock_that_jumps_forward_publishes_nothing_twice[facebook]",),
    ),
)
