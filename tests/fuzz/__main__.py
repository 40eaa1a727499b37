"""`python -m tests.fuzz --minutes 60 --seed 7`: strangers for a long while. Ends with 1 when something broke."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
import warnings


def main() -> int:
    """Ask, and print what broke, with the request that did it."""
    options = _options()
    var = os.environ["VAR"] = tempfile.mkdtemp(prefix="poster-fuzz-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "poster.settings"
    os.environ["REMOTE_ROOT"] = "http://127.0.0.1:9"  # nobody listens there
    try:
        return _run(options)
    finally:
        shutil.rmtree(var, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    return parser.parse_args()


def _run(options: argparse.Namespace) -> int:
    import django
    from django.test.utils import setup_databases, setup_test_environment

    django.setup()
    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    warnings.simplefilter("ignore")
    from tests.fuzz.running import fuzz
    from tests.fuzz.scenes import scene

    until = time.monotonic() + options.minutes * 60
    found = fuzz(options.seed, scene, enough=lambda _: time.monotonic() > until)
    lines = [f"Seed {options.seed}: {found.asked} requests, {dict(sorted(found.statuses.items()))}"]
    lines += [f"\nBROKEN {where}\n  {wish}" for where, wish in found.broken.items()]
    sys.stdout.write("\n".join([*lines, f"{len(found.broken)} places broke.", ""]))
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
