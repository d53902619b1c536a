"""One slice of simulated traffic as arrays, one value per attempt in order of time; both file shapes read it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pipeline.simulation import calibration as c
from pipeline.simulation import people
from pipeline.simulation.draws import Array, Draws, Picker, mix
from pipeline.simulation.plan import DayPlan, Portion
from pipeline.simulation.pricing import SLOT_MINUTES, SLOTS
from pipeline.simulation.traffic import US, Attempts, Requests, draw_attempts, draw_requests
from pipeline.simulation.usage import Cost, Outcome, Usage, cost_of, latency_of, outcome_of, usage_of
from pipeline.simulation.world import World

AGENTIC = 0
CONVERSATION_US = 1_800 * US
STOP, LENGTH, TOOL_CALLS = 0, 1, 2
_CATEGORIES = Picker(np.array(people.CATEGORY_WEIGHTS, float))


@dataclass(frozen=True, eq=False)
class Rows:
    """A slice of traffic. `serial` numbers its requests apart from every other slice of the same seed."""

    world: World
    requests: Requests
    attempts: Attempts
    outcome: Outcome
    usage: Usage
    cost: Cost
    first_us: Array
    whole_us: Array
    category: Array
    feedback: Array
    finish: Array
    serial: int
    salt: int

    def __len__(self) -> int:
        return len(self.attempts.request)

    @cached_property
    def model(self) -> Array:
        """The model that was tried."""
        return self.world.model_of[self.attempts.endpoint]

    @cached_property
    def asked_model(self) -> Array:
        """The model the client asked for."""
        return self.world.model_of[self.requests.endpoint][self.attempts.request]

    @cached_property
    def provider(self) -> Array:
        """The provider that was tried."""
        return self.world.provider_of[self.attempts.endpoint]

    @cached_property
    def team(self) -> Array:
        """The team of the request's key."""
        return self.world.team_of[self.requests.user][self.attempts.request]

    @cached_property
    def key(self) -> Array:
        """The key's number among all teams'."""
        user = self.requests.user[self.attempts.request]
        return self.team * people.KEYS_PER_TEAM + user % people.KEYS_PER_TEAM

    @cached_property
    def user(self) -> Array:
        """The user, -1 where none was sent."""
        user = np.where(self.requests.is_userless, -1, self.requests.user)
        return user[self.attempts.request]

    @cached_property
    def app(self) -> Array:
        """The application."""
        return self.requests.app[self.attempts.request]

    @cached_property
    def has_first_chunk(self) -> Array:
        """A stream that answered: its first chunk was seen."""
        return self.outcome.is_stream & ~self.outcome.is_error

    @cached_property
    def _is_charged(self) -> Array:
        return (~self.outcome.is_error | self.outcome.is_billed) & ~self.outcome.is_cache_hit

    @cached_property
    def is_unpriced(self) -> Array:
        """Used tokens nobody has a price for."""
        return np.isnan(self.cost.input) & self._is_charged

    @cached_property
    def is_itemised(self) -> Array:
        """The gateway logged input and output cost apart."""
        return self._is_charged & ~self.is_unpriced & ~self.outcome.is_error

    @cached_property
    def cost_usd(self) -> Array:
        """As recorded: 0 for unbilled failures and the gateway's own cache hits, NaN for unpriced."""
        return np.where(self._is_charged, self.cost.total, 0.0)

    @cached_property
    def request_key(self) -> Array:
        """uint64 per attempt, the same for all attempts of a request."""
        return mix((np.uint64(self.serial) + self.attempts.request.astype(np.uint64)) ^ np.uint64(self.salt))

    @cached_property
    def attempt_key(self) -> Array:
        """uint64 per attempt, different for every attempt."""
        place = (np.uint64(self.serial) + self.attempts.request.astype(np.uint64)) * np.uint64(4)
        return mix((place + self.attempts.level.astype(np.uint64)) ^ np.uint64(self.salt ^ 0x5DEECE66D))

    @cached_property
    def arrived_us(self) -> Array:
        """When the request (not this attempt of it) began."""
        return self.requests.start_us[self.attempts.request]

    @cached_property
    def session(self) -> Array:
        """An agent's session, half an hour of one user in one application, as a small number; -1 for others."""
        bucket = self.requests.start_us // CONVERSATION_US
        session = ((bucket - bucket.min()) * self.world.user_count + self.requests.user) * len(
            people.APPS
        ) + self.requests.app
        return np.where(self.requests.workload == AGENTIC, session, -1)[self.attempts.request]


def draw_rows(world: World, plan: DayPlan, portion: Portion, serial: int, seed: int) -> Rows:
    """The traffic of one portion of a day; the same for the same world, seed, day and serial."""
    draws = Draws(seed, portion.day.toordinal(), serial)
    requests = draw_requests(world, plan, portion, draws)
    attempts = draw_attempts(world, plan, requests, draws)
    outcome = outcome_of(requests, attempts, draws)
    usage = usage_of(world, plan, requests, attempts, outcome, draws)
    slot = np.minimum((attempts.start_us - plan.start_us) // (SLOT_MINUTES * 60 * US), SLOTS - 1)
    cost = cost_of(plan.prices, slot, attempts.endpoint, usage)
    first_us, whole_us = latency_of(world, plan, requests, attempts, outcome, usage.output, draws)
    verdicts = _category(requests, draws), _feedback(world, attempts, outcome, draws), _finish(requests, draws)
    salt = int(mix(np.array([seed], np.uint64))[0])
    return Rows(world, requests, attempts, outcome, usage, cost, first_us, whole_us, *verdicts, serial, salt)


def _category(requests: Requests, draws: Draws) -> Array:
    n = len(requests.workload)
    category = _CATEGORIES.pick(draws.uniform("category", n), requests.workload)
    return np.where(draws.coarse("unclassified", n) < c.UNCLASSIFIED_SHARE, -1, category)


def _feedback(world: World, attempts: Attempts, outcome: Outcome, draws: Draws) -> Array:
    n = int(attempts.request.max(initial=-1)) + 1
    rated = (draws.coarse("rated", n) < c.FEEDBACK_SHARE)[attempts.request] & ~outcome.is_error & ~outcome.is_cancelled
    is_up = draws.coarse("thumb", n)[attempts.request] < world.thumbs_up_rate[world.model_of[attempts.endpoint]]
    return np.where(rated & ~outcome.is_cache_hit, is_up.astype(float), np.nan)


def _finish(requests: Requests, draws: Draws) -> Array:
    luck = draws.coarse("finish", len(requests.workload))
    calls_tools = (requests.workload == AGENTIC) & (luck < 0.68)
    return np.where(calls_tools, TOOL_CALLS, np.where(luck > 0.985, LENGTH, STOP))
