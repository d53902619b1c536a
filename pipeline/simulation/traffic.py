"""Requests and their attempts: who asks which model when, what fails, and where it is tried again."""

from dataclasses import dataclass

import numpy as np

from pipeline.simulation import calibration as c
from pipeline.simulation.draws import Array, Draws, Picker
from pipeline.simulation.plan import DAY_S, DayPlan, Portion
from pipeline.simulation.world import HOURS, World

RETRIED = np.array([failure.is_retried for failure in c.FAILURES])
FAILURE_MEDIAN_S = np.array([failure.median_s for failure in c.FAILURES])
FAILURE_SIGMA = np.where(FAILURE_MEDIAN_S >= 60, 0.02, 0.6)
_FAILURE_CLASSES = Picker(np.array([failure.weight for failure in c.FAILURES]))
US = 1_000_000


@dataclass(frozen=True, eq=False)
class Requests:
    """One value per request, in the order drawn (not of time)."""

    start_us: Array
    workload: Array
    endpoint: Array
    user: Array
    is_userless: Array
    app: Array
    is_cache_hit: Array


@dataclass(frozen=True, eq=False)
class Attempts:
    """One value per attempt, in order of start: its request, which try it is, and how it failed (-1: it did not)."""

    request: Array
    level: Array
    endpoint: Array
    failure: Array
    failure_us: Array
    start_us: Array


def draw_requests(world: World, plan: DayPlan, portion: Portion, draws: Draws) -> Requests:
    """`portion.requests` requests of the day."""
    n, count = portion.requests, len(world.endpoints)
    quantile = portion.begin + (portion.end - portion.begin) * draws.uniform("arrival", n)
    seconds = np.interp(quantile, plan.arrivals, np.arange(HOURS + 1) * (DAY_S / HOURS))
    workload, endpoint = np.divmod(plan.routes.pick(draws.uniform("route", n)), count)
    user = world.users.pick(draws.uniform("user", n), world.model_of[endpoint])
    team = world.team_of[user]
    return Requests(
        plan.start_us + (seconds * US).astype(np.int64),
        workload,
        endpoint,
        user,
        draws.coarse("userless", n) < c.USERLESS_SHARE,
        world.apps.pick(draws.uniform("app", n), workload * world.team_count + team),
        draws.coarse("response cache", n) < c.RESPONSE_CACHE_SHARE,
    )


def draw_attempts(world: World, plan: DayPlan, requests: Requests, draws: Draws) -> Attempts:
    """First tries, their retries and the fallbacks after those; a try begins after the one before it ended."""
    hour = (requests.start_us - plan.start_us) // (3600 * US)
    rate = plan.failure_rate.ravel()[requests.endpoint * HOURS + hour]
    fails = (draws.uniform("failure", len(hour)) < rate) & ~requests.is_cache_hit
    first = _try(np.arange(len(hour)), 0, requests.endpoint, fails, requests.start_us, draws)
    tries = [first]
    for level, rate in ((1, c.SECOND_FAILURE_RATE), (2, c.THIRD_FAILURE_RATE)):
        tries.append(_retry(world, tries[-1], level, rate, draws))
    columns = [np.concatenate(parts) for parts in zip(*(_columns(one) for one in tries), strict=True)]
    order = np.argsort(columns[-1], kind="stable")
    return Attempts(*(column[order] for column in columns))


def _retry(world: World, before: Attempts, level: int, failure_rate: float, draws: Draws) -> Attempts:
    failed = np.flatnonzero(before.failure >= 0)
    wants = draws.coarse(f"retry {level}", len(failed)) < c.RETRY_SHARE
    again = failed[RETRIED[before.failure[failed]] & wants]
    pause = draws.generator(f"pause {level}").exponential(0.4, len(again)) + 0.02
    start = before.start_us[again] + before.failure_us[again] + (pause * US).astype(np.int64)
    route = draws.coarse(f"route {level}", len(again))
    old = before.endpoint[again]
    to_sibling = route < c.SAME_ENDPOINT_SHARE + c.OTHER_PROVIDER_SHARE
    endpoint = np.where(to_sibling, world.sibling[old], world.fallback[old])
    endpoint = np.where((route < c.SAME_ENDPOINT_SHARE) & (level == 1), old, endpoint)
    fails = draws.uniform(f"failure {level}", len(again)) < failure_rate
    return _try(before.request[again], level, endpoint, fails, start, draws)


def _try(request: Array, level: int, endpoint: Array, fails: Array, start_us: Array, draws: Draws) -> Attempts:
    failed = np.flatnonzero(fails)
    kind = _FAILURE_CLASSES.pick(draws.uniform(f"failure class {level}", len(failed)))
    spread = np.exp(FAILURE_SIGMA[kind] * draws.normal(f"failure time {level}", len(failed)))
    failure, failure_us = np.full(len(request), -1, np.int8), np.zeros(len(request), np.int64)
    failure[failed] = kind
    failure_us[failed] = (FAILURE_MEDIAN_S[kind] * spread * US).astype(np.int64)
    return Attempts(request, np.full(len(request), level, np.int16), endpoint, failure, failure_us, start_us)


def _columns(attempts: Attempts) -> tuple[Array, ...]:
    return (
        attempts.request,
        attempts.level,
        attempts.endpoint,
        attempts.failure,
        attempts.failure_us,
        attempts.start_us,
    )
