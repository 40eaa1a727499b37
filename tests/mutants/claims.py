"""What the privacy page promises, and what stands in the chain."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

BY_DOING = "tests/claims/test_by_doing.py"
NOT_QUEUED = f"{BY_DOING}::test_p30_nothing_goes_out_that_no_person_and_no_standing_order_queued"
DESK = "tests/claims/test_desk.py"
WHERE = "tests/claims/test_who_and_where.py"
TAKING_BACK = "tests/accounts/test_taking_back.py"
ACCOUNTABLE = "tests/security/test_accountability.py::test_s44_every_act_that_counts_is_in_the_chain"

CLAIMS = (
    Mutant(
        "claims, P02: all that could be granted counts as granted",
        "accounts/connections/grants.py",
        "        scopes=list(grant.scopes),\n",
        "        scopes=list(PROVIDERS[credential.provider].scopes),\n",
        (f"{BY_DOING}::test_p02_tokens_only_of_what_was_chosen_and_with_the_scopes_that_were_granted",),
    ),
    Mutant(
        "claims, P03: the prompt of a watch is not kept",
        "watches/forms.py",
        '                prompt=data["prompt"].strip() or (template.text if template else ""),\n',
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
        "outbox/receipts.py",
        '        "remote_id": receipt.remote_id,\n',
        '        "remote_id": "",\n',
        (f"{BY_DOING}::test_p04_p05_p08_p09_p29_a_picture_all_the_way",),
    ),
    Mutant(
        "claims, P05: what they say is not written down",
        "outbox/ledger.py",
        '        "said": last.said,\n',
        '        "said": "",\n',
        (f"{BY_DOING}::test_p05_what_a_platform_says_no_with_is_in_the_record",),
    ),
    Mutant(
        "claims, P08: another service is asked than the one of the watch",
        "publishing/describing/asking.py",
        "CAPTIONERS[watch.captioner]().describe(pictures, brief_for(post, assets[0], watch), account.key)\n",
        'CAPTIONERS["gemini"]().describe(pictures, brief_for(post, assets[0], watch), account.key)\n',
        (f"{BY_DOING}::test_p04_p05_p08_p09_p29_a_picture_all_the_way",),
    ),
    Mutant(
        "claims, P09: a post goes to every channel of its owner",
        "publishing/posts/approving.py",
        "[place for place in left(post) if _is_open(place, post)]",
        "[Place(each) for each in Channel.objects.filter(owner_id=post.owner_id)]",
        (f"{BY_DOING}::test_p04_p05_p08_p09_p29_a_picture_all_the_way",),
    ),
    Mutant(
        "claims, P30: what a watch asks about goes out by itself",
        "publishing/describing/adopting.py",
        "    if watch.approval != Watch.Approval.AUTO or post.hold or not channels:\n",
        "    if post.hold or not channels:\n",
        (f"{NOT_QUEUED}[a watch that asks]",),
    ),
    Mutant(
        "claims, P30: what is in doubt goes out by itself",
        "publishing/describing/adopting.py",
        "    if watch.approval != Watch.Approval.AUTO or post.hold or not channels:\n",
        "    if watch.approval != Watch.Approval.AUTO or not channels:\n",
        (f"{NOT_QUEUED}[words that are in doubt]",),
    ),
    Mutant(
        "claims, P40: the time zone is not kept",
        "accounts/sign_in/my_account.py",
        '    ("", ("name", "language", "time_zone")),\n',
        '    ("", ("name", "language")),\n',
        (f"{BY_DOING}::test_p40_creation_last_sign_in_and_preferences_are_what_happened",),
    ),
    Mutant(
        "claims, P41: what is secret beside the sealed columns is in the copy",
        "operations/privacy/export.py",
        "        if isinstance(column, SealedField) or column.name in kind.without:\n",
        "        if isinstance(column, SealedField):\n",
        (f"{BY_DOING}::test_p07_p41_p58_the_copy_has_all_of_mine_nothing_of_others_and_no_secret",),
    ),
    Mutant(
        "claims, P07: the copy names other people",
        "operations/privacy/export.py",
        "        if column.related_model is User and value != person.pk:\n",
        "        if column.related_model is User and value is None:\n",
        (f"{BY_DOING}::test_p07_p41_p58_the_copy_has_all_of_mine_nothing_of_others_and_no_secret",),
    ),
    Mutant(
        "claims, P58: the copy holds the rows of everybody",
        "poster/manifests.py",
        '        return model._base_manager.filter(ways).defer(*self.without).order_by("pk")\n',
        '        return model._base_manager.defer(*self.without).order_by("pk")\n',
        (f"{BY_DOING}::test_p07_p58_each_kind_of_row_belongs_to_one_person",),
    ),
    Mutant(
        "claims, P48: tokens are swapped",
        "writing/ai_calls.py",
        "            input_tokens=usage.input_tokens if usage else 0,\n",
        "            input_tokens=usage.output_tokens if usage else 0,\n",
        (f"{BY_DOING}::test_p48_each_call_notes_what_it_used_as_the_service_counts_it",),
    ),
    Mutant(
        "claims, P48: seconds are not noted",
        "writing/ai_calls.py",
        "            seconds=usage.seconds if usage else 0,\n",
        "            seconds=0,\n",
        (f"{BY_DOING}::test_p48_each_call_notes_what_it_used_as_the_service_counts_it",),
    ),
    Mutant(
        "claims, P50: the browser is not noted",
        "poster/ledger/security_log.py",
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
        "operations/privacy/retention.py",
        '    return old_files("backups", settings.BACKUP_DAYS)\n',
        "    return 0\n",
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
        "claims, P25: tags are not kept",
        "publishing/posts/tagging.py",
        "    PostTag.objects.bulk_create(",
        "    PostTag.objects.none() and PostTag.objects.bulk_create(",
        (f"{DESK}::test_p25_a_planned_post_is_words_pictures_a_time_and_tags_and_is_kept_until_it_is_deleted",),
    ),
    Mutant(
        "claims, P25: an uploaded picture is dropped while its post waits",
        "publishing/delivery/cleanup.py",
        "created_at__lt=clock.now() - UNDECIDED).exclude(origin=UPLOADED)\n",
        "created_at__lt=clock.now() - UNDECIDED)\n",
        (f"{DESK}::test_p25_a_planned_post_is_words_pictures_a_time_and_tags_and_is_kept_until_it_is_deleted",),
    ),
    Mutant(
        "claims, P13: a small copy is kept of everybody",
        "publishing/delivery/cleanup.py",
        "SMALL_COPY = Q(purpose=Blob.Purpose.THUMBNAIL, owner__keep_small_copies=True)",
        "SMALL_COPY = Q(purpose=Blob.Purpose.THUMBNAIL)",
        ("tests/claims/test_claims.py::test_p13_image_bytes_do_not_outlive_the_post",),
    ),
    Mutant(
        "claims, P40: the language is not kept",
        "accounts/sign_in/my_account.py",
        '    ("", ("name", "language", "time_zone")),\n',
        '    ("", ("name", "time_zone")),\n',
        (f"{BY_DOING}::test_p40_creation_last_sign_in_and_preferences_are_what_happened",),
    ),
    Mutant(
        "claims, P52: announcements go to everybody",
        "accounts/data_rights/news.py",
        "User.objects.filter(is_active=True, announcements=True)",
        "User.objects.filter(is_active=True)",
        ("tests/accounts/test_choosing_mails.py::test_p52_an_announcement_goes_only_to_who_ticked_it_and_once",),
    ),
    Mutant(
        "claims, P71: every browser is known",
        "accounts/sign_in/known_browsers.py",
        '    return entry[0] if entry and secrets.compare_digest(entry[1], _mark(person)) else ""\n',
        '    return entry[0] if entry else "known"\n',
        (
            "tests/accounts/test_not_me.py"
            "::test_p71_a_sign_in_from_a_new_browser_is_told_and_from_a_known_one_it_is_not",
        ),
    ),
    Mutant(
        "claims, P73: the figures name people",
        "operations/desk/about.py",
        '        _counted(_("people"), User.objects.filter(is_active=True)),\n',
        "        *(_counted(each.name, User.objects.filter(pk=each.pk)) for each in User.objects.all()),\n",
        (f"{DESK}::test_p73_use_is_told_in_numbers_to_the_operator_alone_and_names_nobody",),
    ),
    Mutant(
        "claims, P72: a database of another machine is not named",
        "operations/privacy/policy_facts.py",
        "    if _is_elsewhere(database):\n",
        "    if not database:\n",
        (f"{WHERE}::test_p72_servers_that_are_another_machine_are_named",),
    ),
    Mutant(
        "claims, P74: the contact for weaknesses is not the one that was set",
        "operations/privacy/policy_facts.py",
        "    return settings.SECURITY_CONTACT or settings.CONTACT_EMAIL or _operators_address()\n",
        "    return settings.CONTACT_EMAIL or _operators_address()\n",
        (f"{WHERE}::test_p74_reports_of_weaknesses_have_an_address_on_every_public_page",),
    ),
    Mutant(
        "claims, P20: a raised age asks nobody again",
        "accounts/data_rights/agreements.py",
        "max(ages, default=0) >= settings.MINIMUM_AGE",
        "max(ages, default=0) > 0",
        (f"{WHERE}::test_p20_everybody_is_asked_again_when_the_age_is_raised",),
    ),
    Mutant(
        "claims, P33: nobody is asked again",
        "accounts/connections/disconnection.py",
        "        if isinstance(told, AskedAgainDaily):\n",
        "        if isinstance(told, UnknownHere):\n",
        (f"{TAKING_BACK}::test_p33_what_could_not_be_given_back_is_asked_for_daily_until_they_answer",),
    ),
    Mutant(
        "claims, P33: the token of an order stays for ever",
        "accounts/connections/revocations.py",
        "    if clock.now() + EVERY >= each.ends_at and ",
        "    if clock.now() - KEPT >= each.ends_at and ",
        (f"{TAKING_BACK}::test_p33_after_thirty_days_the_token_is_deleted_and_its_owner_told",),
    ),
    Mutant(
        "claims, S44: who takes a copy is not written down",
        "operations/privacy/export.py",
        "record(security_log.Kind.EXPORT, CopyTaken(), person=person.pk, request=request)",
        "Kind",
        (f"{ACCOUNTABLE}[take a copy]",),
    ),
    Mutant(
        "claims, S44: a verdict is written down as the machine's",
        "outbox/manual_actions.py",
        'settle(out, Receipt("", permalink.strip()), steps.LookedThere(by=str(by)), kind=Kind.HUMAN)',
        'settle(out, Receipt("", permalink.strip()), steps.LookedThere(by=str(by)))',
        (f"{ACCOUNTABLE}[a verdict: it is there]",),
    ),
    Mutant(
        "claims, S44: whose role was changed is not written down",
        "accounts/admin/people.py",
        "            record(Kind.ROLE, fact, person=obj.pk, request=request)\n",
        "            record(Kind.ROLE, fact, person=request.user.pk, request=request)\n",
        (f"{ACCOUNTABLE}[make somebody an operator]",),
    ),
    Mutant(
        "claims, S44: who asks for what is somebody else's is not written down",
        "poster/dashboard/refused_attempts.py",
        "        security_log.record(security_log.Kind.REFUSED,",
        "        (lambda *_, **__: None)(security_log.Kind.REFUSED,",
        (f"{ACCOUNTABLE}[ask for a row of somebody else]",),
    ),
)
