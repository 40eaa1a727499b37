"""What a run has shown, as data and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from poster.command import table
from proof.minimizer import Plan
from proof.results import Result
from proof.verdict import KINDS
from publishing.platforms import PLATFORMS

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """What was asked for."""

    deliveries: int
    faults: float
    seed: int
    never_resend: bool
    lag: float
    blind: float
    people: bool


def report(settings: Settings, result: Result, plan: Plan | None, seconds: float) -> dict[str, Any]:
    """Everything, as JSON can hold it."""
    return {
        "well": result.well,
        "settings": asdict(settings),
        **{title.replace(" ", "_"): result.count(kind) for kind, title in KINDS.items()},
        "hand_offs": {"all": result.in_state("needs_you")} | _by_platform(result, "needs_you"),
        "failed_certainly_not_out": {"all": result.in_state("failed")} | _by_platform(result, "failed"),
        "ends": {f"{platform} {state}": many for (platform, state), many in sorted(result.ends.items())},
        "reasons": [
            {"platform": platform, "state": state, "why": why, "times": many}
            for (platform, state, why), many in result.reasons.most_common(MOST_SHOWN)
        ],
        "people": {"asked": result.asked, "in the end": dict(result.after_people)},
        "calls": result.calls,
        "calls_that_publish": result.commits,
        "steps": result.steps,
        "stale_rows_handed_to_a_second_worker": result.stale,
        "faults_struck": {"all": result.struck.total(), **dict(result.struck.most_common())},
        "simulated_hours": round(result.simulated / 3600, 1),
        "seconds": round(seconds, 1),
        "wrong": [asdict(fault) for fault in result.wrong[:MOST_SHOWN]],
        "smallest_plan": _plan(plan) if plan else None,
    }


def _by_platform(result: Result, state: str) -> dict[str, int]:
    return {platform: result.in_state(state, platform) for platform in PLATFORMS if result.of(platform)}


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "delivery": plan.wrong.delivery,
        "what": plan.wrong.sentence,
        "deliveries": list(plan.deliveries),
        "faults": [f"{place}: {name}" for place, name in plan.faults],
    }


def tell(report: dict[str, Any]) -> Iterable[str]:
    """For people."""
    asked = report["settings"]
    yield (
        f"{asked['deliveries']} deliveries, faults on {asked['faults']:.0%} of all calls, seed {asked['seed']}"
        f"{', never sending again' if asked['never_resend'] else ''}"
    )
    yield ""
    yield from table([[title, str(report[title.replace(" ", "_")])] for title in KINDS.values()])
    yield ""
    yield from _ends(report, "hand_offs", "handed to a person")
    yield from _ends(report, "failed_certainly_not_out", "said to have failed, and certainly not out")
    for reason in report["reasons"]:
        yield f"  {reason['times']} x {reason['platform']} {reason['state']}: {reason['why']}"
    if asked["people"]:
        people = report["people"]
        ended = ", ".join(f"{many} {state}" for state, many in people["in the end"].items())
        yield f"people were asked {people['asked']} times and told the truth; in the end: {ended}"
    yield from _size(report)
    yield from _trouble(report)


def _ends(report: dict[str, Any], key: str, title: str) -> Iterable[str]:
    every = report["settings"]["deliveries"]
    counts = report[key]
    parts = [f"{platform} {many}" for platform, many in counts.items() if platform != "all"]
    yield f"{title}: {counts['all']} ({counts['all'] / every:.2%}): {', '.join(parts)}"


def _size(report: dict[str, Any]) -> Iterable[str]:
    struck = report["faults_struck"]
    yield (
        f"{report['calls']} calls, {report['calls_that_publish']} of them to publish; {struck['all']} faults of "
        f"{len(struck) - 1} kinds; {report['steps']} steps, {report['stale_rows_handed_to_a_second_worker']} of them "
        "met by a second worker"
    )
    yield f"{report['simulated_hours']} simulated hours in {report['seconds']} seconds"


def _trouble(report: dict[str, Any]) -> Iterable[str]:
    for fault in report["wrong"]:
        yield f"WRONG  delivery {fault['delivery']}: {fault['kind']}: {fault['sentence']}"
    if plan := report["smallest_plan"]:
        yield f"The smallest plan found for delivery {plan['delivery']} ({plan['what']})"
        yield f"  with the deliveries {', '.join(map(str, plan['deliveries']))}:"
        yield from (f"  {fault}" for fault in plan["faults"])
