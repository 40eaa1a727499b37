"""`python -m tests.mutants`: see the package."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from tests.mutants import MUTANTS
from tests.mutants.running import AT_ONCE, survives, unchanged


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
