"""Canaries: the engine broken on purpose, one way at a time. A suite that does not notice is not to be trusted.

`python -m tests.mutants` tries them all, `python -m tests.mutants settle` those with that word in their name. Each is a
small change to a copy of the tree; only the tests that have to notice are run there, and they must fail. A change whose
old text is not found exactly once is an error: then the code has moved on, and this table has to follow.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("accounts", "poster", "publishing", "sandbox", "watches", "templates", "static", "tests", "docs")
FILES = ("manage.py", "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile")
AT_ONCE = 2
TESTS_FAILED = 1  # pytest's exit code; any other means that they were not even run


@dataclass(frozen=True, slots=True)
class Mutant:
    """`old` is replaced by `new` in `path`; then `tests` must fail."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


EVERYWHERE = "tests/faults/test_everywhere.py"
FAULTS = "tests/faults/test_faults.py"
SOCKETS = "tests/faults/test_sockets.py"
VERIFYING = "tests/poster/test_verifying.py"
TRIGGERS = "tests/poster/test_triggers.py"
FILES_TESTS = "tests/poster/test_files.py"
RESTORING = "tests/publishing/test_restoring.py"
BY_DOING = "tests/claims/test_by_doing.py"
NOT_QUEUED = f"{BY_DOING}::test_p30_nothing_goes_out_that_no_person_and_no_standing_order_queued"
WHERE = "tests/claims/test_who_and_where.py"
ACCOUNTABLE = "tests/security/test_accountability.py::test_s44_every_act_that_counts_is_in_the_chain"
TAKING_BACK = "tests/accounts/test_taking_back.py"
SUSPENDING = "tests/publishing/test_suspending.py"
MISHAPS = "tests/publishing/test_mishaps.py"
CLOCK_PUT = "tests/publishing/test_clock_put.py"
RESTING = "tests/publishing/test_resting.py"
LINKING = "tests/publishing/test_linking.py"
UNDOING = "tests/publishing/test_undoing.py"
WEIGHING = "tests/publishing/test_weighing.py"
AT_COMMIT = f"{EVERYWHERE}::test_whatever_goes_wrong_at_the_call_that_publishes"

MUTANTS = (
    Mutant(
        "a: it is sent before the intent is durable",
        "publishing/delivery/delivering.py",
        "    with dead_mans_switch(LIFE_OF_A_SENDER):\n",
        "    with dead_mans_switch(LIFE_OF_A_SENDER), transaction.atomic():\n",
        (f"{EVERYWHERE}::test_the_worker_may_die_at_any_call[facebook-after]",),
    ),
    Mutant(
        "b: a lease that ends leads from publishing back to the call",
        "publishing/tasks.py",
        "    Delivery.State.PUBLISHING: doubt_the_dead,\n",
        "    Delivery.State.PUBLISHING: publish,\n",
        (f"{EVERYWHERE}::test_the_worker_may_die_at_any_call[facebook-after]",),
    ),
    Mutant(
        "c: a 500 at the call that publishes means: again",
        "poster/clients/meta.py",
        "    if error is None or _proven(error.trace, no_effect):\n",
        "    if error is None or _proven(error.trace, no_effect) or answer.status >= 500:\n",
        (f"{AT_COMMIT}[facebook-500 code 2, done]",),
    ),
    Mutant(
        "d: a code that nobody knows means: failed",
        "poster/clients/meta.py",
        "    return Unanswered(_unclear(name, error.trace), trace=error.trace, meant=error)\n",
        "    return error\n",
        (f"{AT_COMMIT}[facebook-unknown code, done]",),
    ),
    Mutant(
        "e: a photo that names no post proves that there is none",
        "publishing/platforms/facebook.py",
        'Verdict.NOT_THERE, "It names no post that shows it. That alone proves nothing.")',
        'Verdict.NOT_THERE, "It names no post that shows it.", authoritative=True)',
        ("tests/publishing/test_facebook.py::test_a_photo_that_names_no_post_proves_nothing_alone",),
    ),
    Mutant(
        "f: not there counts at once, without settling",
        "publishing/delivery/weighing.py",
        "    return marked_at + LATE_EXECUTION + dt.timedelta(seconds=settle)\n",
        "    return marked_at\n",
        (f"{FAULTS}::test_lists_that_lag_ten_minutes_mislead_nobody[facebook-answer lost]",),
    ),
    Mutant(
        "g: the newest post of the list is taken for ours",
        "publishing/platforms/containers.py",
        "same = [row for row in self._posts(draft, since) if same_words(row.get(self.dialect.words), draft.text)]",
        "same = list(self._posts(draft, since))[:1]",
        ("tests/publishing/test_instagram.py::test_the_newest_post_is_not_taken_for_ours",),
    ),
    Mutant(
        "h: the words are asked for again at each try",
        "publishing/delivery/drafting.py",
        "        text=delivery.text,\n",
        "        text=delivery.post.text,\n",
        (f"{FAULTS}::test_what_was_approved_goes_out_however_often_it_is_tried",),
    ),
    Mutant(
        "i: trouble with the link leads back to publishing",
        "publishing/delivery/finishing.py",
        "remote_id=remote_id, permalink=permalink, looks=delivery.looks + 1)\n",
        'state="published" if permalink else "queued")\n',
        (f"{FAULTS}::test_trouble_with_the_link_changes_nothing",),
    ),
    Mutant(
        "j: a row is claimed by reading it and then writing",
        "poster/leases.py",
        "        mine = self.free().filter(pk=row.pk, fence=row.fence, **still)\n",
        "        mine = self.filter(pk=row.pk)\n",
        (f"{FAULTS}::test_of_five_workers_with_the_same_read_one_works",),
    ),
    Mutant(
        "k: the HTTP library tries again by itself",
        "poster/lines.py",
        "        super().__init__(max_retries=0)\n",
        '        super().__init__(max_retries=__import__("urllib3").Retry(3, allowed_methods=None))\n',
        (f"{SOCKETS}::test_whatever_happens_after_it_was_sent_it_may_have_happened",),
    ),
    Mutant(
        "l: redirects are followed",
        "poster/http.py",
        "allow_redirects=False",
        "allow_redirects=True",
        (f"{SOCKETS}::test_a_redirect_leads_nowhere_and_the_token_with_it",),
    ),
    Mutant(
        "m: a post has one state for all its channels",
        "publishing/delivery/settling.py",
        "    rows = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.PUBLISHED)\n",
        "    rows = Delivery.objects.filter(post=delivery.post_id).exclude(state=Delivery.State.PUBLISHED)\n",
        ("tests/publishing/test_delivering.py::test_a_post_goes_out_to_all_three_and_once",),
    ),
    Mutant(
        "n: the source's bookmark is saved before what was found",
        "watches/scanning.py",
        "    found = 0\n    with transaction.atomic():\n",
        "    found = 0\n    Stream.objects.filter(pk=stream.pk).update(cursor=sighting.cursor)\n"
        "    with transaction.atomic():\n",
        ("tests/watches/test_scanning.py::test_the_bookmark_and_the_rows_are_written_together",),
    ),
    Mutant(
        "o: the first look posts what was there before",
        "watches/scanning.py",
        "    if _was_there(watch, file) and watch.backlog == Watch.Backlog.SKIP:\n",
        "    if False:\n",
        ("tests/watches/test_scanning.py::test_what_was_there_before_is_recorded_and_not_posted",),
    ),
    Mutant(
        "p: the token travels in the address",
        "poster/clients/meta.py",
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
        "poster/lines.py",
        "        return bool(self._held)\n",
        "        return False\n",
        (f"{SOCKETS}::test_a_tls_error_after_it_was_sent_is_not_taken_for_one_before",),
    ),
    Mutant(
        "t: only the single read has a deadline, not the call",
        "poster/lines.py",
        "        self._clock.start()\n",
        "",
        (f"{SOCKETS}::test_an_answer_that_trickles_is_given_up_at_the_deadline_of_the_whole_call[headers]",),
    ),
    Mutant(
        "u: a person's not there counts while it may still come",
        "publishing/delivery/deciding.py",
        "    if clock.now() < settled:\n",
        "    if False:\n",
        (f"{FAULTS}::test_a_person_cannot_say_that_it_is_not_there_while_it_may_still_come",),
    ),
    Mutant(
        "v: one look that finds nothing is proof",
        "publishing/delivery/weighing.py",
        "TIMES = 3\n",
        "TIMES = 1\n",
        ("tests/publishing/test_weighing.py::test_a_certain_source_must_say_no_three_times_a_minute_apart",),
    ),
    Mutant(
        "w: the same picture is not held back",
        "publishing/delivery/gating.py",
        "    if twin is None:\n        return None\n",
        "    if True:\n        return None\n",
        (f"{FAULTS}::test_a_watch_sends_the_same_picture_to_a_channel_once_a_week[facebook]",),
    ),
    Mutant(
        "x: an error of a worker's is written down although its row has another hand",
        "poster/leases.py",
        "        if not model._base_manager.filter(pk=self.pk, fence=self.fence).update(**values):\n",
        "        if not model._base_manager.filter(pk=self.pk).update(**values):\n",
        (f"{FAULTS}::test_a_clock_that_jumps_forward_publishes_nothing_twice[facebook]",),
    ),
    Mutant(
        "ledger: a permission to erase is no line of the chain",
        "poster/forgetting.py",
        "        yield\n        sign(written)\n",
        "        yield\n",
        (f"{VERIFYING}::test_a_ledger_that_nobody_touched_has_no_fault",),
    ),
    Mutant(
        "ledger: a permission that nobody signed lets lines go",
        "poster/verifying.py",
        '        elif model is Erasure:\n            self.erased.add(str(signed["about"]))\n',
        "        elif model is Erasure:\n            self.erased |= {str(e.about) for e in Erasure.objects.all()}\n",
        (f"{VERIFYING}::test_an_attack_is_found",),
    ),
    Mutant(
        "ledger: what a link says is not signed",
        "poster/chaining.py",
        '    return signing.sign(["link", before, dict(says)])\n',
        '    return signing.sign(["link", before, says["digest"]])\n',
        (f"{VERIFYING}::test_no_column_of_no_row_can_be_changed",),
    ),
    Mutant(
        "ledger: links may be missing in the middle",
        "poster/verifying.py",
        "        if number != self.number + 1:\n",
        "        if False:\n",
        (f"{VERIFYING}::test_an_attack_is_found",),
    ),
    Mutant(
        "ledger: its noted end moves on whatever the chain says",
        "poster/noting.py",
        "        if noted is None or noted == before or (noted.number < before.number and _is_there(noted)):\n",
        "        if True:\n",
        (f"{VERIFYING}::test_an_end_that_was_cut_off_stays_visible_whatever_is_written_behind_it",),
    ),
    Mutant(
        "ledger: nonsense ends the looking",
        "poster/signing.py",
        "    except (ValueError, TypeError, OverflowError) as error:\n",
        "    except OverflowError as error:\n",
        (f"{VERIFYING}::test_nonsense_is_found_and_is_no_error",),
    ),
    Mutant(
        "ledger: nobody compares a delivery with its last line",
        "poster/verifying.py",
        'ELSEWHERE = ("publishing.delivery.outcomes.faults",)\n',
        "ELSEWHERE: tuple[str, ...] = ()\n",
        ("tests/publishing/test_ledger.py::test_another_post_in_the_row_of_a_delivery_is_found",),
    ),
    Mutant(
        "ledger: migrate leaves the triggers down",
        "poster/migrating.py",
        "    comparing.mend(connection)\n",
        "",
        (f"{TRIGGERS}::test_after_migrate_all_of_them_stand",),
    ),
    Mutant(
        "ledger: it is published although triggers are missing",
        "publishing/delivery/gating.py",
        "    return Stop(UNGUARDED, after=30) if comparing.differences(connection) else None\n",
        "    return None\n",
        (f"{TRIGGERS}::test_what_is_missing_or_weakened_is_seen_stops_publishing_and_is_mended",),
    ),
    Mutant(
        "restore: a backup does not say that it is one",
        "publishing/keeping/backing_up.py",
        "        copy.commit()\n",
        "        copy.rollback()\n",
        (f"{RESTORING}::test_the_copy_in_a_backup_says_when_it_was_made",),
    ),
    Mutant(
        "restore: publishing goes on before the yes",
        "publishing/delivery/gating.py",
        "    return Stop(PUT_BACK, after=60) if Switch.RESTORED in thrown else None\n",
        "    return None\n",
        (f"{RESTORING}::test_what_is_certainly_not_out_goes_on_after_the_yes",),
    ),
    Mutant(
        "restore: a post that nobody knows is nothing to wait for",
        "publishing/delivery/recognising.py",
        "        return not self.strangers and not self.problem\n",
        "        return True\n",
        (f"{RESTORING}::test_a_post_that_nobody_can_explain_makes_what_it_could_be_wait_for_a_person",),
    ),
    Mutant(
        "restore: a list counts before it has had time to follow",
        "publishing/delivery/reconciling.py",
        "    if clock.now() < due:\n        return False\n",
        "",
        (f"{RESTORING}::test_what_is_certainly_not_out_goes_on_after_the_yes",),
    ),
    Mutant(
        "restore: what a watch finds anew is posted",
        "watches/scanning.py",
        "    if watch.restored_at is not None:\n        return MAYBE_POSTED\n",
        "",
        (f"{RESTORING}::test_where_a_post_is_not_explained_found_pictures_wait_for_a_person",),
    ),
    Mutant(
        "files: a key is used before its content is on the disk",
        "poster/files.py",
        '            file.write(text + "\\n")\n            file.flush()\n            sync(file.fileno())\n',
        '            file.write(text + "\\n")\n            file.flush()\n',
        (f"{FILES_TESTS}::test_a_secret_survives_a_power_cut_as_soon_as_it_may_be_used",),
    ),
    Mutant(
        "files: a key is used before its name is on the disk",
        "poster/files.py",
        "        except FileExistsError:\n            return\n        _settle(path.parent, sync)\n",
        "        except FileExistsError:\n            return\n",
        (f"{FILES_TESTS}::test_a_secret_survives_a_power_cut_as_soon_as_it_may_be_used",),
    ),
    Mutant(
        "files: a link is followed",
        "poster/files.py",
        "        seen = os.stat(path.name, dir_fd=folder, follow_symlinks=False)\n",
        "        seen = os.stat(path.name, dir_fd=folder)\n",
        (f"{FILES_TESTS}::test_all_that_is_there_is_tightened_and_told",),
    ),
    Mutant(
        "files: others may read what we write",
        "poster/settings.py",
        "os.umask(files.UMASK)",
        "os.umask(0)",
        (f"{FILES_TESTS}::test_whatever_umask_we_are_started_with_nobody_else_reads_what_we_write",),
    ),
    Mutant(
        "claims, P02: all that could be granted counts as granted",
        "accounts/connecting/granting.py",
        "        scopes=list(grant.scopes),\n",
        "        scopes=list(PROVIDERS[credential.provider].scopes),\n",
        (f"{BY_DOING}::test_p02_tokens_only_of_what_was_chosen_and_with_the_scopes_that_were_granted",),
    ),
    Mutant(
        "claims, P03: the prompt of a watch is not kept",
        "watches/forms.py",
        '                prompt=template.text if template else "",\n',
        '                prompt="",\n',
        (f"{BY_DOING}::test_p03_a_watch_keeps_what_was_asked_for_and_nothing_else",),
    ),
    Mutant(
        "claims, P04: the bytes stay when it is out",
        "publishing/tasks.py",
        "    return drop_finished(over=over)\n",
        "    return 0\n",
        (f"{BY_DOING}::test_p04_p05_p08_p09_p29_a_picture_all_the_way",),
    ),
    Mutant(
        "claims, P05: their id is not written down",
        "publishing/delivery/settling.py",
        "        remote_id=receipt.remote_id,\n",
        '        remote_id="",\n',
        (f"{BY_DOING}::test_p04_p05_p08_p09_p29_a_picture_all_the_way",),
    ),
    Mutant(
        "claims, P05: what they say is not written down",
        "publishing/delivery/ledger.py",
        '        "said": last.said,\n',
        '        "said": "",\n',
        (f"{BY_DOING}::test_p05_what_a_platform_says_no_with_is_in_the_record",),
    ),
    Mutant(
        "claims, P08: another service is asked than the one of the watch",
        "watches/describing.py",
        "CAPTIONERS[watch.captioner]().describe(picture, brief_for(asset, watch), account.key)\n",
        'CAPTIONERS["gemini"]().describe(picture, brief_for(asset, watch), account.key)\n',
        (f"{BY_DOING}::test_p04_p05_p08_p09_p29_a_picture_all_the_way",),
    ),
    Mutant(
        "claims, P09: a post goes to every channel of its owner",
        "publishing/posts/approving.py",
        "list(post.channels.filter(owner_id=post.owner_id).exclude(state=Channel.State.OFF))",
        "list(Channel.objects.filter(owner_id=post.owner_id).exclude(state=Channel.State.OFF))",
        (f"{BY_DOING}::test_p04_p05_p08_p09_p29_a_picture_all_the_way",),
    ),
    Mutant(
        "claims, P30: what a watch asks about goes out by itself",
        "publishing/posts/composing.py",
        "            if watch.approval == Watch.Approval.AUTO and not post.hold:\n",
        "            if not post.hold:\n",
        (f"{NOT_QUEUED}[a watch that asks]",),
    ),
    Mutant(
        "claims, P30: what is in doubt goes out by itself",
        "publishing/posts/composing.py",
        "            if watch.approval == Watch.Approval.AUTO and not post.hold:\n",
        "            if watch.approval == Watch.Approval.AUTO:\n",
        (f"{NOT_QUEUED}[words that are in doubt]",),
    ),
    Mutant(
        "claims, P40: the time zone is not kept",
        "accounts/signing_in/my_account.py",
        '        fields = ("name", "time_zone")\n',
        '        fields = ("name",)\n',
        (f"{BY_DOING}::test_p40_creation_last_sign_in_and_preferences_are_what_happened",),
    ),
    Mutant(
        "claims, P41: what is secret beside the sealed columns is in the copy",
        "publishing/keeping/exporting.py",
        "        if isinstance(column, SealedField) or column.name in kind.without:\n",
        "        if isinstance(column, SealedField):\n",
        (f"{BY_DOING}::test_p07_p41_p58_the_copy_has_all_of_mine_nothing_of_others_and_no_secret",),
    ),
    Mutant(
        "claims, P07: the copy names other people",
        "publishing/keeping/exporting.py",
        "        if column.related_model is User and value != person.pk:\n",
        "        if column.related_model is User and value is None:\n",
        (f"{BY_DOING}::test_p07_p41_p58_the_copy_has_all_of_mine_nothing_of_others_and_no_secret",),
    ),
    Mutant(
        "claims, P58: the copy holds the rows of everybody",
        "publishing/keeping/holding.py",
        '        return model._base_manager.filter(ways).order_by("pk")\n',
        '        return model._base_manager.order_by("pk")\n',
        (f"{BY_DOING}::test_p07_p58_each_kind_of_row_belongs_to_one_person",),
    ),
    Mutant(
        "claims, P48: tokens are swapped",
        "watches/describing.py",
        "            input_tokens=usage.input_tokens if usage else 0,\n",
        "            input_tokens=usage.output_tokens if usage else 0,\n",
        (f"{BY_DOING}::test_p48_each_call_notes_what_it_used_as_the_service_counts_it",),
    ),
    Mutant(
        "claims, P48: seconds are not noted",
        "watches/describing.py",
        "            seconds=usage.seconds if usage else 0,\n",
        "            seconds=0,\n",
        (f"{BY_DOING}::test_p48_each_call_notes_what_it_used_as_the_service_counts_it",),
    ),
    Mutant(
        "claims, P50: the browser is not noted",
        "poster/auditing.py",
        '            browser=str(asked.get("HTTP_USER_AGENT", ""))[:300],\n',
        '            browser="a browser" if asked else "",\n',
        (f"{BY_DOING}::test_p50_access_records_hold_this_address_this_browser_and_this_time",),
    ),
    Mutant(
        "claims, P54: everybody is listened to",
        "poster/settings.py",
        'BIND = env.text("BIND", "127.0.0.1")',
        'BIND = env.text("BIND", "0.0.0.0")',
        ("tests/security/test_web_safety.py::test_p54_the_database_is_not_reachable_from_outside",),
    ),
    Mutant(
        "claims, P56: backups stay",
        "publishing/keeping/retiring.py",
        '        lambda: _files("backups", settings.BACKUP_DAYS),\n',
        "        lambda: 0,\n",
        (f"{WHERE}::test_p56_backups_are_overwritten_within_ninety_days",),
    ),
    Mutant(
        "claims, P56: backups may be kept for years",
        "poster/settings.py",
        'BACKUP_DAYS = env.number("BACKUP_DAYS", 90, least=1, most=90)',
        'BACKUP_DAYS = env.number("BACKUP_DAYS", 90, least=1, most=3650)',
        (f"{WHERE}::test_p56_backups_are_overwritten_within_ninety_days",),
    ),
    Mutant(
        "claims, P72: a database of another machine is not named",
        "publishing/keeping/disclosing.py",
        "    if _is_elsewhere(database):\n",
        "    if not database:\n",
        (f"{WHERE}::test_p72_servers_that_are_another_machine_are_named",),
    ),
    Mutant(
        "claims, P74: the contact for weaknesses is not the one that was set",
        "publishing/keeping/disclosing.py",
        "    return settings.SECURITY_CONTACT or settings.CONTACT_EMAIL or _operators_address()\n",
        "    return settings.CONTACT_EMAIL or _operators_address()\n",
        (f"{WHERE}::test_p74_reports_of_weaknesses_have_an_address_on_every_public_page",),
    ),
    Mutant(
        "claims, P20: a raised age asks nobody again",
        "accounts/rights/agreeing.py",
        "max(ages, default=0) >= settings.MINIMUM_AGE",
        "max(ages, default=0) > 0",
        (f"{WHERE}::test_p20_everybody_is_asked_again_when_the_age_is_raised",),
    ),
    Mutant(
        "claims, P33: nobody is asked again",
        "accounts/connecting/disconnecting.py",
        "        if told.outcome == Outcome.UNREACHED:\n",
        "        if told.outcome == Outcome.UNKNOWN:\n",
        (f"{TAKING_BACK}::test_p33_what_could_not_be_given_back_is_asked_for_daily_until_they_answer",),
    ),
    Mutant(
        "claims, P33: the token of an order stays for ever",
        "accounts/connecting/taking_back.py",
        "    if clock.now() + EVERY >= each.ends_at and ",
        "    if clock.now() - KEPT >= each.ends_at and ",
        (f"{TAKING_BACK}::test_p33_after_thirty_days_the_token_is_deleted_and_its_owner_told",),
    ),
    Mutant(
        "claims, S44: who takes a copy is not written down",
        "publishing/keeping/exporting.py",
        'auditing.record(auditing.Kind.EXPORT, "A copy of all data was taken.", person=person.pk, request=request)',
        "pass",
        (f"{ACCOUNTABLE}[take a copy]",),
    ),
    Mutant(
        "claims, S44: a verdict is written down as the machine's",
        "publishing/delivery/deciding.py",
        'settle(delivery, Receipt("", permalink.strip()), f"{by} looked: it is there.", kind=Kind.HUMAN)',
        'settle(delivery, Receipt("", permalink.strip()), f"{by} looked: it is there.")',
        (f"{ACCOUNTABLE}[a verdict: it is there]",),
    ),
    Mutant(
        "claims, S44: whose role was changed is not written down",
        "accounts/admin/people.py",
        "            record(Kind.ROLE, sentence, person=obj.pk, request=request)\n",
        "            record(Kind.ROLE, sentence, person=request.user.pk, request=request)\n",
        (f"{ACCOUNTABLE}[make somebody an operator]",),
    ),
    Mutant(
        "claims, S44: who asks for what is somebody else's is not written down",
        "poster/dashboard/refusing.py",
        "        auditing.record(auditing.Kind.REFUSED,",
        "        (lambda *_, **__: None)(auditing.Kind.REFUSED,",
        (f"{ACCOUNTABLE}[ask for a row of somebody else]",),
    ),
    Mutant(
        "suspended: everybody tries at once when the pause is over",
        "poster/resting.py",
        "        if not _tries(row, holder, now + pause.trial):\n",
        "        if False:\n",
        (f"{SUSPENDING}::test_of_two_who_ask_at_once_one_makes_the_try",),
    ),
    Mutant(
        "suspended: a block that they answer at the call that publishes proves that nothing was done",
        "poster/clients/meta.py",
        "    if error is None or _proven(error.trace, no_effect):\n",
        "    if error is None or _proven(error.trace, no_effect) or error.trace.code in {'368', '4'}:\n",
        (f"{SUSPENDING}::test_refused_at_the_call_that_publishes_it_is_looked_for_and_the_others_wait[facebook]",),
    ),
    Mutant(
        "resting: a rest that somebody else was told about is not kept",
        "poster/http.py",
        "        if self.asks_first:\n",
        "        if False:\n",
        (f"{RESTING}::test_while_it_rests_nobody_asks_and_afterwards_everything_moves[app-facebook]",),
    ),
    Mutant(
        "resting: the last announced wait wins, not the longest",
        "poster/resting.py",
        "    shorter = Rest.objects.filter(key=key, kind=Rest.Kind.ANNOUNCED, until__lt=until)\n",
        "    shorter = Rest.objects.filter(key=key, kind=Rest.Kind.ANNOUNCED)\n",
        (f"{RESTING}::test_the_longest_wait_wins_whoever_hears_it_last",),
    ),
    Mutant(
        "resting: the day in which a commit in doubt is found out passes while nobody may be asked",
        "publishing/delivery/weighing.py",
        "    asked_from = max(marked_at, could_ask_since) if could_ask_since else marked_at\n",
        "    asked_from = marked_at\n",
        (f"{WEIGHING}::test_the_day_to_find_out_begins_when_they_may_be_asked",),
    ),
    Mutant(
        "linking: what its container alone has proven is never asked about again",
        "publishing/delivery/finishing.py",
        '    return rows.exclude(channel=None).exclude(remote_id="", committed_at=None)\n',
        '    return rows.exclude(channel=None).exclude(remote_id="")\n',
        (f"{LINKING}::test_when_they_list_it_it_gets_its_id_and_its_link[120.0-instagram]",),
    ),
    Mutant(
        "linking: the id that is learnt later stands in no line",
        "publishing/delivery/finishing.py",
        "        if kept and learnt:\n",
        "        if kept and learnt and not delivery.remote_id:\n",
        (f"{LINKING}::test_when_they_list_it_it_gets_its_id_and_its_link[120.0-instagram]",),
    ),
    Mutant(
        "clock: the settle time does not begin anew when the clock was put",
        "publishing/delivery/checking.py",
        "    return max(marked_at(delivery), delivery.settle_from or marked_at(delivery))\n",
        "    return marked_at(delivery)\n",
        (f"{CLOCK_PUT}::test_a_commit_in_doubt_settles_no_sooner_than_promised[facebook-False-1200.0]",),
    ),
    Mutant(
        "clock: a word that was said by a clock that was ahead counts",
        "publishing/delivery/weighing.py",
        "word.verdict == Verdict.NOT_THERE and settled <= word.at <= now]",
        "word.verdict == Verdict.NOT_THERE and settled <= word.at]",
        (f"{WEIGHING}::test_what_was_said_by_a_clock_that_was_ahead_counts_nothing",),
    ),
    Mutant(
        "clock: the mark stays where the wrong clock has put it, so nothing before it is looked through",
        "publishing/delivery/mending.py",
        '    ahead.filter(committed_at__gt=now).update(committed_at=F("committed_at") + by)\n',
        "    ahead = ahead.none()\n",
        (f"{CLOCK_PUT}::test_the_mark_is_put_right_with_the_clock",),
    ),
    Mutant(
        "receipt: what they said is thrown away where the database does not take it",
        "publishing/delivery/settling.py",
        "    in_file = receipts.keep(",
        "    in_file = bool(receipts) or receipts.keep(",
        (f"{MISHAPS}::test_a_receipt_survives_a_database_that_does_not_take_it[any_write_after_the_call]",),
    ),
    Mutant(
        "receipt: what a person says comes before what they said",
        "publishing/delivery/deciding.py",
        "    take_up(delivery)\n",
        "",
        (f"{MISHAPS}::test_a_kept_receipt_comes_before_what_a_person_says",),
    ),
    Mutant(
        "clock: a lease that a wrong clock gave is kept",
        "poster/leases.py",
        " | Q(leased_until__gt=now + LONGEST)\n",
        "\n",
        (f"{CLOCK_PUT}::test_leases_that_are_longer_than_a_lease_are_over_even_unnoticed",),
    ),
    Mutant(
        "undo: what can be undone is marked all the same",
        "publishing/delivery/gating.py",
        "    if until is None or not now < until <= now + UNDO:\n",
        "    if until is None or now < until <= now + UNDO:\n",
        (f"{UNDOING}::test_what_is_undone_after_59_seconds_was_never_asked_for_and_can_be_approved_again",),
    ),
    Mutant(
        "undo: what is marked already is taken back",
        "publishing/posts/undoing.py",
        "    rows = Delivery.objects.filter(found, post=post.pk, committed_at=None, restored_at=None)\n",
        "    rows = Delivery.objects.filter(post=post.pk)\n",
        (f"{UNDOING}::test_undo_and_the_mark_never_cross[publishing]",),
    ),
    Mutant(
        "undo: the worker that holds what was undone keeps it",
        "publishing/posts/undoing.py",
        '    fresh = {**values, "fence": F("fence") + 1}\n',
        '    fresh = {**values, "fence": F("fence")}\n',
        (f"{UNDOING}::test_a_worker_that_read_the_row_before_it_was_undone_does_not_mark_it",),
    ),
)


def fits(mutant: Mutant, tree: Path = ROOT) -> str:
    """What is wrong with the change; "" when it can be made."""
    found = (tree / mutant.path).read_text().count(mutant.old)
    return "" if found == 1 else f"{mutant.name}: its text stands {found} times in {mutant.path}, not once."


def survives(mutant: Mutant) -> str:
    """Change a copy and run its tests there. What went wrong, or "" when they noticed."""
    if problem := fits(mutant):
        return problem
    with copy() as tree:
        path = tree / mutant.path
        path.write_text(path.read_text().replace(mutant.old, mutant.new))
        code, said = run(tree, mutant.tests)
    if code == TESTS_FAILED:
        return ""
    return f"{mutant.name}: " + ("nobody noticed." if code == 0 else f"its tests did not run.\n{said}")


def unchanged(mutants: tuple[Mutant, ...] = MUTANTS) -> str:
    """The same tests in a copy as it is: they must pass there, or their failing means nothing. "" when they do."""
    with copy() as tree:
        code, said = run(tree, tuple(dict.fromkeys(test for mutant in mutants for test in mutant.tests)))
    return "" if code == 0 else f"The tests fail without any change.\n{said}"


@contextmanager
def copy() -> Iterator[Path]:
    """The tree in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="poster-mutant-") as folder:
        tree = Path(folder)
        for part in PARTS:
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(ROOT / name, tree / name)
        yield tree


def run(tree: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """pytest's exit code and its last words."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONPATH"))}
    options = ["-q", "-x", "--no-header", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, "\n".join((done.stdout + done.stderr).splitlines()[-15:])


def main(words: list[str]) -> int:
    """Try them; 1 when one of them survived."""
    chosen = tuple(mutant for mutant in MUTANTS if all(word in mutant.name for word in words))
    problems = [unchanged(chosen)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for mutant, problem in zip(chosen, pool.map(survives, chosen), strict=True):
            print(f"{'SURVIVED' if problem else 'caught  '}  {mutant.name}", flush=True)  # noqa: T201
            problems.append(problem)
    print("\n".join(filter(None, problems)) or f"All {len(chosen)} were caught.")  # noqa: T201
    return int(any(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
