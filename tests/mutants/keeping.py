"""The ledger, copies that are put back, files, receipts."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

VERIFYING = "tests/poster/test_verifying.py"
SAYING = "tests/publishing/test_saying.py"
TRIGGERS = "tests/poster/test_triggers.py"
RESTORING = "tests/operations/test_restoring.py"
FILES_TESTS = "tests/poster/test_files.py"
MISHAPS = "tests/publishing/test_mishaps.py"

KEEPING = (
    Mutant(
        "ledger: a permission to erase is no line of the chain",
        "poster/ledger/erasure_permits.py",
        "        yield\n        sign(written)\n",
        "        yield\n",
        (f"{VERIFYING}::test_a_ledger_that_nobody_touched_has_no_fault",),
    ),
    Mutant(
        "ledger: a permission that nobody signed lets lines go",
        "poster/ledger/verification.py",
        '        elif model is Erasure:\n            self.erased.add(str(signed["about"]))\n',
        "        elif model is Erasure:\n            self.erased |= {str(e.about) for e in Erasure.objects.all()}\n",
        (f"{VERIFYING}::test_an_attack_is_found",),
    ),
    Mutant(
        "ledger: what a link says is not signed",
        "poster/ledger/hash_chain.py",
        '    return signatures.sign(["link", before, dict(says)])\n',
        '    return signatures.sign(["link", before, says["digest"]])\n',
        (f"{VERIFYING}::test_no_column_of_no_row_can_be_changed",),
    ),
    Mutant(
        "ledger: links may be missing in the middle",
        "poster/ledger/verification.py",
        "        if number != self.number + 1:\n",
        "        if False:\n",
        (f"{VERIFYING}::test_an_attack_is_found",),
    ),
    Mutant(
        "ledger: its noted end moves on whatever the chain says",
        "poster/ledger/head_note.py",
        "        if noted is None or noted == before or (noted.number < before.number and _is_there(noted)):\n",
        "        if True:\n",
        (f"{VERIFYING}::test_an_end_that_was_cut_off_stays_visible_whatever_is_written_behind_it",),
    ),
    Mutant(
        "ledger: nonsense ends the looking",
        "poster/ledger/signatures.py",
        "    except (ValueError, TypeError, OverflowError, RecursionError) as error:\n",
        "    except OverflowError as error:\n",
        (f"{VERIFYING}::test_nonsense_is_found_and_is_no_error",),
    ),
    Mutant(
        "ledger: nobody compares a delivery with its last line",
        "outbox/manifest.py",
        '    faults=("outbox.outcomes.faults",),\n',
        "",
        ("tests/publishing/test_ledger.py::test_another_post_in_the_row_of_a_delivery_is_found",),
    ),
    Mutant(
        "ledger: nobody compares what a delivery was to say with its lines",
        "publishing/manifest.py",
        '    faults=("publishing.delivery.post_outcomes.faults",),\n',
        "",
        ("tests/publishing/test_ledger.py::test_other_words_in_the_row_of_a_delivery_are_found",),
    ),
    Mutant(
        "ledger: no line says whose a delivery is",
        "outbox/ledger_statements.py",
        '    *("created_at", "owner_id", "kind",',
        '    *("created_at", "kind",',
        (f"{SAYING}::test_an_account_that_was_erased_covers_nothing",),
    ),
    Mutant(
        "ledger: a delivery may lose its channel while the channel is there",
        "outbox/outcomes.py",
        ' and not _is_there(should["channel_id"])',
        "",
        (f"{SAYING}::test_a_channel_may_be_forgotten_and_only_with_its_row",),
    ),
    Mutant(
        "ledger: a channel may be another place",
        "outbox/outcomes.py",
        "    wrong += _other_place(",
        "    wrong += [] and _other_place(",
        (f"{SAYING}::test_a_channel_that_is_another_place_now_is_found",),
    ),
    Mutant(
        "ledger: a move signs what somebody else wrote into the row",
        "outbox/ledger.py",
        '"says": saying(out, changed, says)',
        '"says": saying(out, (*changed, "channel_name", "due_at"), says)',
        (f"{SAYING}::test_what_was_written_into_a_row_is_not_signed_by_the_next_move",),
    ),
    Mutant(
        "ledger: an old line may say what its version does not sign",
        "poster/ledger/verification.py",
        " or not _is_silent(line, model, version)",
        "",
        (f"{SAYING}::test_a_line_of_before_says_nothing_in_columns_that_came_later",),
    ),
    Mutant(
        "ledger: nobody compares a post with its approval",
        "publishing/delivery/post_outcomes.py",
        "        yield from _of_post(read, erased)\n",
        "        del read\n",
        (f"{SAYING}::test_a_draft_that_was_taken_back_is_free_until_somebody_approves_it",),
    ),
    Mutant(
        "ledger: who approved may be taken out of the row",
        "publishing/delivery/post_outcomes.py",
        ' and str(told.of(POST)["decided_by_id"]) in erased',
        "",
        (f"{SAYING}::test_whatever_is_written_into_a_column_past_us_is_found",),
    ),
    Mutant(
        "ledger: what is cancelled as its owner leaves is no line",
        "operations/privacy/erasure.py",
        "        _tell(cancelled)\n        if new and receipt:\n",
        "        if new and receipt:\n",
        (f"{SAYING}::test_while_somebody_leaves_their_rows_still_say_what_their_lines_say",),
    ),
    Mutant(
        "ledger: migrate leaves the triggers down",
        "poster/database/migration_hooks.py",
        "    trigger_sync.mend(connection)\n",
        "",
        (f"{TRIGGERS}::test_after_migrate_all_of_them_stand",),
    ),
    Mutant(
        "ledger: it is published although triggers are missing",
        "outbox/preflight.py",
        "    return None if not seen.anew or trigger_sync.stand(connection) else Stop(why.Unguarded(), after=30)\n",
        "    return None\n",
        (f"{TRIGGERS}::test_what_is_missing_or_weakened_is_seen_stops_publishing_and_is_mended",),
    ),
    Mutant(
        "restore: a backup does not say that it is one",
        "operations/backups/backup.py",
        "        copy.commit()\n",
        "        copy.rollback()\n",
        (f"{RESTORING}::test_the_copy_in_a_backup_says_when_it_was_made",),
    ),
    Mutant(
        "restore: publishing goes on before the yes",
        "outbox/preflight.py",
        "    return Stop(why.BackupPutBack(), after=60) if Switch.RESTORED in thrown else None\n",
        "    return None\n",
        (f"{RESTORING}::test_what_is_certainly_not_out_goes_on_after_the_yes",),
    ),
    Mutant(
        "restore: a post that nobody knows is nothing to wait for",
        "publishing/delivery/matching.py",
        "        return not self.strangers and not self.problem\n",
        "        return True\n",
        (f"{RESTORING}::test_a_post_that_nobody_can_explain_makes_what_it_could_be_wait_for_a_person",),
    ),
    Mutant(
        "restore: a list counts before it has had time to follow",
        "publishing/delivery/reconciliation.py",
        "    if clock.now() < due:\n        return False\n",
        "",
        (f"{RESTORING}::test_what_is_certainly_not_out_goes_on_after_the_yes",),
    ),
    Mutant(
        "restore: what a watch finds anew is posted",
        "watches/scan_writes.py",
        "    if watch.restored_at is not None:\n        return FoundFile.State.HELD, why.MaybePosted()\n",
        "",
        (f"{RESTORING}::test_where_a_post_is_not_explained_found_pictures_wait_for_a_person",),
    ),
    Mutant(
        "files: a key is used before its content is on the disk",
        "poster/config/files.py",
        '            file.write(text + "\\n")\n            file.flush()\n            sync(file.fileno())\n',
        '            file.write(text + "\\n")\n            file.flush()\n',
        (f"{FILES_TESTS}::test_a_secret_survives_a_power_cut_as_soon_as_it_may_be_used",),
    ),
    Mutant(
        "files: a key is used before its name is on the disk",
        "poster/config/files.py",
        "        except FileExistsError:\n            return\n        _settle(path.parent, sync)\n",
        "        except FileExistsError:\n            return\n",
        (f"{FILES_TESTS}::test_a_secret_survives_a_power_cut_as_soon_as_it_may_be_used",),
    ),
    Mutant(
        "files: a link is followed",
        "poster/config/files.py",
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
        "receipt: what they said is thrown away where the database does not take it",
        "outbox/receipts.py",
        "    in_file = receipt_journal.keep(",
        "    in_file = bool(receipt) or receipt_journal.keep(",
        (f"{MISHAPS}::test_a_receipt_survives_a_database_that_does_not_take_it[any_write_after_the_call]",),
    ),
    Mutant(
        "receipt: what a person says comes before what they said",
        "outbox/manual_actions.py",
        "    take_up(out)\n",
        "",
        (f"{MISHAPS}::test_a_kept_receipt_comes_before_what_a_person_says",),
    ),
)
