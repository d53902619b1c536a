"""Shapes of simulated traffic: figures carried over from public aggregates, and openly labelled assumptions.

Origin of everything not marked "assumption": computed from OpenRouter public rankings and endpoint
statistics as captured daily by the public repository hashd1ve/openrouter-pulse, snapshots 2026-07-31 to
2026-08-22. Aggregates only. Source: OpenRouter (openrouter.ai/rankings), as of 2026-08-22.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from pipeline.simulation.draws import Array


@dataclass(frozen=True)
class Workload:
    """One kind of request. Means in tokens per request; everything from `input_sigma` on is an assumption."""

    name: str
    request_share: float
    mean_input: float
    mean_output: float
    input_sigma: float
    output_sigma: float
    stream_share: float
    cache_hit_share: float
    cached_part: float


WORKLOADS = (
    Workload("agentic", 0.274, 47_100, 819, 0.85, 0.95, 0.90, 0.88, 0.82),
    Workload("conversational", 0.706, 6_210, 434, 1.10, 0.90, 0.72, 0.30, 0.55),
    Workload("extractive", 0.018, 5_456, 172, 0.80, 0.60, 0.05, 0.10, 0.30),
    Workload("output_heavy", 0.002, 1_483, 1_390, 0.70, 0.60, 0.50, 0.05, 0.30),
)

# Percentiles over endpoints; between and beyond them the logarithm is taken as straight.
PERCENTILES = (5, 25, 50, 75, 95)
TTFT_P50_MS = (293, 566, 979, 1775, 4098)
SPEED_P50_TOKENS_PER_S = (11, 29, 45.5, 70, 138)
TTFT_SIGMA = (0.27, 0.46, 0.66, 0.95, 1.44)  # 5, 50, 95 % published, the quartiles interpolated
# Beyond its 90th percentile TTFT stretches: p90/p50 implies sigma 0.66, p99/p50 = 6.84 implies 0.83.
TTFT_TAIL_FROM_Z = 1.2816
TTFT_TAIL_STRETCH = 0.563
SPEED_SIGMA = float(np.log(1.63) / 1.2816)  # p90/p50 = 1.63

TTFT_DAY_SD_LN = 0.26
SPEED_DAY_SD_LN = 0.31
MODEL_DAY_SD_LN = 0.26
WEEKEND_FACTOR = 0.88

# Assumptions from here on.
DRIFT_LN = 0.30  # slow swing of a model's part, periods of 9 to 20 weeks
GROWTH_PER_WEEK = 0.015
DAY_VOLUME_SD_LN = 0.05
HOUR_WEIGHT = np.array(
    [34, 30, 27, 26, 28, 34, 46, 64, 84, 98, 104, 103, 96, 104, 112, 116, 112, 102, 88, 76, 66, 56, 48, 40], float
)
MODEL_SIZE_SD_LN = 0.25  # a model's own mean request size around its workload's
USERS, USERLESS_SHARE = 400, 0.05
ADOPTION_SHARE = 0.30  # of users who use a model at more than a trial's rate
CANCELLED_SHARE, RESPONSE_CACHE_SHARE, FEEDBACK_SHARE = 0.010, 0.005, 0.03
BILLED_FAILURE_SHARE = 0.04  # streams cut midway
UNCLASSIFIED_SHARE = 0.2
MAIN_PROVIDER_WEIGHT = 0.55
RETRY_SHARE, SAME_ENDPOINT_SHARE, OTHER_PROVIDER_SHARE = 0.85, 0.45, 0.25
SECOND_FAILURE_RATE, THIRD_FAILURE_RATE = 0.25, 0.12


@dataclass(frozen=True)
class Failure:
    """One class of failure (assumptions): its part of all failures, what the log says, how long it takes."""

    error_type: str
    weight: float
    http_status: int | None
    litellm: str
    origin: str
    median_s: float
    is_retried: bool


FAILURES = (
    Failure("rate_limit", 30, 429, "429_RATE_LIMIT_EXCEEDED", "provider", 0.25, True),
    Failure("overloaded", 20, 503, "503_PROVIDER_OVERLOADED", "provider", 0.8, True),
    Failure("server_error", 14, 500, "500_PROVIDER_INTERNAL_ERROR", "provider", 2.5, True),
    Failure("timeout", 10, 408, "408_UPSTREAM_TIMEOUT", "gateway", 60.0, True),
    Failure("connection", 6, None, "500_PROVIDER_CONNECTION_ERROR", "gateway", 1.2, True),
    Failure("context_length", 8, 400, "400_CONTEXT_WINDOW_EXCEEDED", "client", 0.3, False),
    Failure("bad_request", 6, 400, "400_BAD_REQUEST", "client", 0.2, False),
    Failure("content_filter", 4, 400, "400_CONTENT_POLICY_VIOLATION", "provider", 0.5, False),
    Failure("auth", 2, 401, "401_AUTHENTICATION_FAILED", "gateway", 0.1, False),
)


def ranks(scores: Array) -> Array:
    """Place of each score among all, between 0 and 1."""
    return (np.argsort(np.argsort(scores)) + 0.5) / len(scores)


def like_published(percentiles: tuple[float, ...], scores: Array) -> Array:
    """Values whose distribution over endpoints is the published one; the order comes from `scores`."""
    z = np.array([NormalDist().inv_cdf(rank) for rank in ranks(scores)])
    knots = np.array([NormalDist().inv_cdf(percentile / 100) for percentile in PERCENTILES])
    logs = np.log(percentiles)
    inside = np.interp(z, knots, logs)
    below = logs[0] + (z - knots[0]) * (logs[1] - logs[0]) / (knots[1] - knots[0])
    above = logs[-1] + (z - knots[-1]) * (logs[-1] - logs[-2]) / (knots[-1] - knots[-2])
    return np.exp(np.where(z < knots[0], below, np.where(z > knots[-1], above, inside)))
