"""What an attempt used, cost and took: tokens and their parts, list cost by tier, latency."""

from dataclasses import dataclass

import numpy as np

from pipeline.simulation import calibration as c
from pipeline.simulation.draws import Array, Draws
from pipeline.simulation.plan import DayPlan
from pipeline.simulation.pricing import CLASSES, SLOTS, TIERS, PriceTable
from pipeline.simulation.traffic import US, Attempts, Requests
from pipeline.simulation.world import World

_BILLABLE = np.array([failure.error_type in ("server_error", "timeout", "connection") for failure in c.FAILURES])
_BILLABLE_SHARE = c.BILLED_FAILURE_SHARE * sum(f.weight for f in c.FAILURES) / sum(
    f.weight for f, billable in zip(c.FAILURES, _BILLABLE, strict=True) if billable
)  # fmt: skip
UNITS = 1e10
CACHE_STEP, LEAST_CACHED, MOST_OUTPUT = 128, 1024, 64_000


@dataclass(frozen=True, eq=False)
class Outcome:
    """How each attempt ended."""

    is_error: Array
    is_cancelled: Array
    is_cache_hit: Array
    is_billed: Array
    is_stream: Array

    @property
    def has_usage(self) -> Array:
        """Tokens are known: every success and cancellation; what a billed failure used, nobody says."""
        return ~self.is_error


@dataclass(frozen=True, eq=False)
class Usage:
    """Tokens; a part is -1 where the provider does not report it."""

    input: Array
    output: Array
    cache_read: Array
    cache_write: Array
    reasoning: Array


@dataclass(frozen=True, eq=False)
class Cost:
    """USD at list price to 10 decimals, NaN where no price is known; prices in pico-dollars per token."""

    input: Array
    output: Array
    total: Array
    input_price: Array
    output_price: Array


def outcome_of(requests: Requests, attempts: Attempts, draws: Draws) -> Outcome:
    """Failures were drawn with the attempts; cancellations, cache hits and streams belong to the request."""
    n = len(requests.workload)
    is_error = attempts.failure >= 0
    cancelled = (draws.coarse("cancelled", n) < c.CANCELLED_SHARE) & ~requests.is_cache_hit
    stream = draws.coarse("stream", n) < _by_workload("stream_share")[requests.workload]
    billed = is_error & _BILLABLE[attempts.failure] & (draws.coarse("billed", n)[attempts.request] < _BILLABLE_SHARE)
    hit = requests.is_cache_hit[attempts.request]
    return Outcome(is_error, cancelled[attempts.request] & ~is_error, hit, billed, stream[attempts.request] & ~hit)


def usage_of(
    world: World, plan: DayPlan, requests: Requests, attempts: Attempts, outcome: Outcome, draws: Draws
) -> Usage:
    """Lognormal sizes around the model's own means, cut at its context; parts only where they are reported."""
    n, request, endpoint = len(requests.workload), attempts.request, attempts.endpoint
    workload, model = requests.workload[request], world.model_of[endpoint]
    context = world.context_tokens[model]
    size_in = _size(draws.normal("input", n)[request], world.mean_input_tokens, "input_sigma", workload, model)
    size_out = _size(draws.normal("output", n)[request], world.mean_output_tokens, "output_sigma", workload, model)
    cut = np.where(outcome.is_cancelled | outcome.is_billed, draws.coarse("cut", n)[request], np.float32(1))
    output = np.clip(size_out * cut, 1, MOST_OUTPUT).astype(np.int64)
    total_in = np.clip(size_in, 8, context - MOST_OUTPUT // 4).astype(np.int64)
    read, write = _cached(world, plan, workload, endpoint, request, total_in, draws, n)
    part = np.minimum(world.thinks[model] * (0.5 + draws.coarse("thinking", n)[request]), 0.95)
    reasoning = np.where(world.reports_reasoning[endpoint], (output * part).astype(np.int64), -1)
    return Usage(total_in, output, read, write, reasoning)


def cost_of(prices: PriceTable, slot: Array, endpoint: Array, usage: Usage) -> Cost:
    """List price of each attempt's tokens in its half hour and tier, times the discount; exact up to the rounding."""
    row = endpoint * SLOTS + slot
    starts = prices.starts.reshape(-1, TIERS - 1)
    cell = row * TIERS + sum((usage.input > starts[:, step][row]).astype(np.int64) for step in range(TIERS - 1))
    table = prices.pico.reshape(-1, len(CLASSES)).T
    listed = [table[0], table[1], np.nan_to_num(table[2]), np.nan_to_num(table[3]), np.nan_to_num(table[4])]
    p_in, p_out, p_read, p_write, p_reasoning = (column[cell] for column in listed)
    read, write, reasoning = (np.maximum(part, 0) for part in (usage.cache_read, usage.cache_write, usage.reasoning))
    scale = prices.discount[endpoint]
    pico_in = (usage.input - read - write) * p_in + read * p_read + write * p_write
    pico_out = (usage.output - reasoning) * p_out + reasoning * p_reasoning
    whole, part = _tenth_nano((pico_in + pico_out) * scale), _tenth_nano(pico_in * scale)
    return Cost(part / UNITS, (whole - part) / UNITS, whole / UNITS, p_in, p_out)


def _tenth_nano(pico: Array) -> Array:
    """Whole units of 1e-10 USD, half to even, as landing rounds."""
    return np.rint(pico / 100)


def latency_of(
    world: World, plan: DayPlan, requests: Requests, attempts: Attempts, outcome: Outcome, output: Array, draws: Draws
) -> tuple[Array, Array]:
    """Microseconds to the first chunk (of any answer) and in all, as the provider's own clock would say."""
    n, request, endpoint = len(requests.workload), attempts.request, attempts.endpoint
    z = draws.normal("first chunk", n)[request]
    z += np.float32(c.TTFT_TAIL_STRETCH) * np.maximum(z - np.float32(c.TTFT_TAIL_FROM_Z), 0)
    first = plan.ttft_p50_s.astype(np.float32)[endpoint] * np.exp(world.ttft_sigma.astype(np.float32)[endpoint] * z)
    first_us = (np.clip(first, 0.02, 120) * US).astype(np.int64)
    pace = np.exp(np.float32(c.SPEED_SIGMA) * draws.normal("speed", n)[request])
    answer = output / (plan.output_speed_p50.astype(np.float32)[endpoint] * pace)
    whole_us = first_us + (np.minimum(answer, 600) * US).astype(np.int64)
    whole_us = np.where(outcome.is_error, attempts.failure_us, whole_us)
    return first_us, np.where(outcome.is_cache_hit, 600 + first_us // 1000, whole_us)


def _cached(
    world: World, plan: DayPlan, workload: Array, endpoint: Array, request: Array, total_in: Array, draws: Draws, n: int
) -> tuple[Array, Array]:
    listed = plan.prices.pico[:, 0, 0]
    can_read = world.reports_cache & ~np.isnan(listed[:, 2])
    can_write = can_read & (np.nan_to_num(listed[:, 3]) > 0)
    luck, depth = draws.coarse("cache", n)[request], draws.coarse("cache depth", n)[request]
    hit = (luck < _by_workload("cache_hit_share")[workload]) & (total_in >= LEAST_CACHED)
    part = np.minimum(_by_workload("cached_part")[workload] * (0.7 + 0.6 * depth), 0.98) * hit
    read = (total_in * part).astype(np.int64) // CACHE_STEP * CACHE_STEP
    write = ((total_in - read) * (0.8 * depth * (workload == 0) * (total_in >= LEAST_CACHED))).astype(np.int64)
    read = np.where(can_read[endpoint], read, -1)
    return read, np.where(can_write[endpoint], write, -1)


def _size(z: Array, means: Array, sigma: str, workload: Array, model: Array) -> Array:
    sigmas = _by_workload(sigma)
    center = (np.log(means) - sigmas[:, None] ** 2 / 2).astype(np.float32)
    return np.exp(center.ravel()[workload * means.shape[1] + model] + sigmas[workload] * z)


def _by_workload(field: str) -> Array:
    return np.array([getattr(workload, field) for workload in c.WORKLOADS], np.float32)
