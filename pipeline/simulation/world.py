"""The world the simulator draws from, with its truth: shares, prices, speeds, failure and thumbs-up rates by model."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from pipeline.simulation import calibration as c
from pipeline.simulation import people
from pipeline.simulation.draws import Array, Draws, Picker
from pipeline.simulation.models import (
    LAUNCHES,
    MIGRATION,
    MODELS,
    OUTAGE,
    PROVIDERS,
    RETIREMENTS,
    SLOWDOWN,
    Model,
    Provider,
)
from pipeline.simulation.tail import extra_models, extra_providers, spread_providers

DEFAULT_ANCHOR = date(2026, 11, 23)
HOURS = 24


@dataclass(frozen=True)
class Endpoint:
    """One model at one provider, by their places in `World.models` and `World.providers`."""

    model: int
    provider: int
    weight: float


@dataclass(frozen=True, eq=False)
class World:
    """Everything true about the traffic. Arrays are in the order of `models` (M) or `endpoints` (E)."""

    anchor: date
    models: tuple[Model, ...]
    providers: tuple[Provider, ...]
    endpoints: tuple[Endpoint, ...]
    user_count: int = c.USERS

    @cached_property
    def model_of(self) -> Array:
        """E: the endpoint's model."""
        return np.array([endpoint.model for endpoint in self.endpoints])

    @cached_property
    def provider_of(self) -> Array:
        """E: the endpoint's provider."""
        return np.array([endpoint.provider for endpoint in self.endpoints])

    @cached_property
    def context_tokens(self) -> Array:
        """M: the most a request may hold."""
        return np.array([model.context_tokens for model in self.models])

    @cached_property
    def thinks(self) -> Array:
        """M: mean reasoning part of the output."""
        return np.array([model.thinks for model in self.models], np.float32)

    @cached_property
    def reports_cache(self) -> Array:
        """E: the provider says how much of the input came from its cache."""
        return np.array([provider.reports_cache for provider in self.providers])[self.provider_of]

    @cached_property
    def reports_reasoning(self) -> Array:
        """E: the provider says how much of the output was reasoning."""
        return np.array([provider.reports_reasoning for provider in self.providers])[self.provider_of]

    @cached_property
    def ttft_p50_s(self) -> Array:
        """E: true median time to first chunk, before the day's own swing."""
        return 1e-3 * c.like_published(c.TTFT_P50_MS, -self._pace("ttft"))

    @cached_property
    def ttft_sigma(self) -> Array:
        """E: sigma of ln TTFT up to its 90th percentile."""
        return c.like_published(c.TTFT_SIGMA, self._truth("ttft sigma", len(self.endpoints)))

    @cached_property
    def output_speed_p50(self) -> Array:
        """E: true median output tokens per second, before the day's own swing."""
        return c.like_published(c.SPEED_P50_TOKENS_PER_S, self._pace("speed"))

    @cached_property
    def thumbs_up_rate(self) -> Array:
        """M: true chance that a rated answer is rated up (assumption: 0.55 to 0.93)."""
        return 0.55 + 0.38 * c.ranks(self._truth("thumbs", len(self.models)))

    @cached_property
    def mean_input_tokens(self) -> Array:
        """Workload x M: true mean before the model's context limit cuts it."""
        return self._sizes("input", [w.mean_input for w in c.WORKLOADS])

    @cached_property
    def mean_output_tokens(self) -> Array:
        """Workload x M: true mean output tokens."""
        return self._sizes("output", [w.mean_output for w in c.WORKLOADS])

    @cached_property
    def base_share(self) -> Array:
        """Workload x M: each model's part of the workload's requests, before drift and events."""
        agentic = np.array([model.agentic for model in self.models])
        other = np.array([model.other for model in self.models])
        share = np.vstack([agentic, other, other, other])
        return share / share.sum(axis=1, keepdims=True)

    def model_share(self, day: date) -> Array:
        """Workload x M: the true parts on that day (launches, retirements, the migration, drift, noise)."""
        share = self.base_share * (self._swing(day) * self._alive(day))
        old, new, begin, end = MIGRATION
        names = [model.model_id for model in self.models]
        if old in names and new in names:
            moved = _progress(day, self.anchor - begin, self.anchor - end) * share[:, names.index(old)]
            share[:, names.index(old)] -= moved
            share[:, names.index(new)] += moved
        return share / share.sum(axis=1, keepdims=True)

    def endpoint_share(self, day: date) -> Array:
        """Workload x E: the true parts of all requests on that day (sums to 1)."""
        weight = np.array([endpoint.weight for endpoint in self.endpoints])
        workload = np.array([[w.request_share] for w in c.WORKLOADS])
        return workload * self.model_share(day)[:, self.model_of] * weight

    def request_share(self, day: date) -> Array:
        """M: expected part of the day's requests, by the model first chosen."""
        return np.array([w.request_share for w in c.WORKLOADS]) @ self.model_share(day)

    def token_share(self, day: date) -> Array:
        """M: expected part of the day's tokens, before context limits and fallbacks."""
        requests = np.array([[w.request_share] for w in c.WORKLOADS]) * self.model_share(day)
        tokens = (requests * (self.mean_input_tokens + self.mean_output_tokens)).sum(axis=0)
        return tokens / tokens.sum()

    def failure_rate(self, day: date) -> Array:
        """E x 24: true chance that a first attempt fails in that UTC hour."""
        rates = np.array([provider.failure_rate for provider in self.providers])[self.provider_of]
        table = np.repeat(rates[:, None], HOURS, axis=1)
        slug, before, hours, rate = OUTAGE
        if day == self.anchor - before:
            down = np.array([self.providers[place].slug == slug for place in self.provider_of])
            table[np.ix_(down, np.array(list(hours)))] = rate
        return table

    def slowdown(self, day: date) -> Array:
        """E: how many times longer than usual the endpoint takes to its first chunk on that day."""
        name, before, factor = SLOWDOWN
        slow = np.array([model.model_id == name for model in self.models])[self.model_of]
        return np.where(slow & (day >= self.anchor - before), factor, 1.0)

    @cached_property
    def fallback(self) -> Array:
        """E: the endpoint that answers when this one's model does not: the main one of another author's model."""
        return np.array([self._fallback_of(endpoint) for endpoint in self.endpoints])

    @cached_property
    def sibling(self) -> Array:
        """E: the next provider of the same model, or the endpoint itself."""
        return np.array([self._sibling_of(place) for place in range(len(self.endpoints))])

    @property
    def team_count(self) -> int:
        """Number of teams."""
        return len(people.TEAMS)

    @cached_property
    def users(self) -> Picker:
        """Groups are models: a user's chance by activity (Zipf) and by having adopted that model."""
        activity = 1.0 / (np.arange(self.user_count) + 4.0)
        adopted = self._draws("adoption").coarse("", len(self.models) * self.user_count).reshape(-1, self.user_count)
        return Picker(activity * np.where(adopted < c.ADOPTION_SHARE, 1.0, 0.02))

    @cached_property
    def team_of(self) -> Array:
        """User: the team."""
        weights = np.array(people.TEAM_WEIGHTS, float)
        return Picker(weights).pick(self._draws("teams").uniform("", self.user_count))

    @cached_property
    def apps(self) -> Picker:
        """Groups are workload x team: teams lean to some applications."""
        taste = np.exp(0.8 * self._draws("apps").normal("", (len(people.TEAMS), len(people.APPS))))
        weights = np.array(
            [[app.weight * (app.workload == place) for app in people.APPS] for place in range(len(c.WORKLOADS))]
        )
        return Picker((weights[:, None, :] * taste[None]).reshape(-1, len(people.APPS)))

    def _draws(self, purpose: str) -> Draws:
        return Draws(0x90D1, *purpose.encode())

    def _truth(self, purpose: str, size: int) -> Array:
        return self._draws(purpose).normal("", size).astype(float)

    def _pace(self, purpose: str) -> Array:
        pace = np.array([provider.pace for provider in self.providers])[self.provider_of]
        return pace + self._truth(purpose, len(self.endpoints))

    def _sizes(self, part: str, means: list[float]) -> Array:
        factor = np.exp(c.MODEL_SIZE_SD_LN * self._truth(f"size {part}", len(self.models)))
        sizes = np.array(means)[:, None] * factor
        mean = (self.base_share * sizes).sum(axis=1, keepdims=True)
        return sizes * np.array(means)[:, None] / mean

    def _swing(self, day: date) -> Array:
        count, draws = len(self.models), self._draws("drift")
        week = (day - self.anchor).days / 7
        period, phase = 9 + 11 * draws.uniform("period", count), draws.uniform("phase", count)
        slow = c.DRIFT_LN * np.sin(2 * np.pi * (week / period + phase))
        noise = Draws(0x90D2, day.toordinal()).normal("models", count)
        return np.exp(slow + noise * c.MODEL_DAY_SD_LN / np.sqrt(2))

    def _alive(self, day: date) -> Array:
        return np.array([_life(model.model_id, day, self.anchor) for model in self.models])

    def _fallback_of(self, endpoint: Endpoint) -> int:
        author = self.models[endpoint.model].model_id.split("/")[0]
        share = self.base_share[0] + self.base_share[1]
        others = [-1 if model.model_id.startswith(f"{author}/") else part
                  for model, part in zip(self.models, share, strict=True)]  # fmt: skip
        best = np.argsort(others)[::-1][:6]
        return int(np.flatnonzero(self.model_of == best[endpoint.model % len(best)])[0])

    def _sibling_of(self, place: int) -> int:
        same = np.flatnonzero(self.model_of == self.model_of[place])
        return int(same[(np.flatnonzero(same == place)[0] + 1) % len(same)])


def build_world(
    anchor: date = DEFAULT_ANCHOR,
    models: int = len(MODELS),
    providers: int = len(PROVIDERS),
    users: int = c.USERS,
) -> World:
    """The default company, or one with a longer tail or more users; dated events lie in the weeks before `anchor`."""
    chosen = extra_models(MODELS, models)
    served_by = extra_providers(PROVIDERS, providers)
    place = {provider.slug: index for index, provider in enumerate(served_by)}
    endpoints = [
        Endpoint(index, place[slug], weight)
        for index, model in enumerate(chosen)
        for slug, weight in _split(spread_providers(index, model, served_by, len(PROVIDERS)))
    ]
    return World(anchor, chosen, served_by, tuple(endpoints), users)


def _split(slugs: tuple[str, ...]) -> list[tuple[str, float]]:
    rest = [1.0 / place for place in range(1, len(slugs))]
    scale = (1 - c.MAIN_PROVIDER_WEIGHT) / sum(rest) if rest else 0.0
    main = c.MAIN_PROVIDER_WEIGHT if rest else 1.0
    return list(zip(slugs, [main, *(scale * weight for weight in rest)], strict=True))


def _life(model_id: str, day: date, anchor: date) -> float:
    alive = 1.0
    if model_id in LAUNCHES:
        launch = anchor - LAUNCHES[model_id]
        alive = _progress(day, launch - timedelta(days=1), launch + timedelta(days=9))
    if model_id in RETIREMENTS:
        end = anchor - RETIREMENTS[model_id]
        alive = 1 - _progress(day, end - timedelta(days=14), end)
    return alive


def _progress(day: date, begin: date, end: date) -> float:
    return min(1.0, max(0.0, (day - begin).days / (end - begin).days))
