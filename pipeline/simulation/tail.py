"""A longer tail for benchmarks: further real model ids and provider names beyond the default world's."""

from dataclasses import replace

from pipeline import price_list, prices
from pipeline.settings import PodiumError
from pipeline.simulation.models import Model, Provider

TAIL_SLOPE = 1.57  # Zipf slope of tokens over OpenRouter's top 100
TAIL_FIRST_WEIGHT = 0.9
_OTHER_KINDS = ("embed", "image", "audio", "rerank", "guard", "tts", "ocr", "moderation", "lyria", "safety", "omni")


def extra_models(known: tuple[Model, ...], count: int) -> tuple[Model, ...]:
    """The first `count` models; beyond the known ones, ids OpenRouter lists with a price, ever less used."""
    have = {model.model_id for model in known}
    wanted = count - len(known)
    listed = [model for model in _openrouter_ids() if model not in have] if wanted > 0 else []
    if wanted > len(listed):
        raise PodiumError(f"models={count}: only {len(known) + len(listed)} model ids are known; ask for fewer")
    weights = [TAIL_FIRST_WEIGHT * (1 + place / len(known)) ** -TAIL_SLOPE for place in range(max(0, wanted))]
    tail = [
        Model(name, 131_000, weight, weight, ("openrouter",)) for name, weight in zip(listed, weights, strict=False)
    ]
    return (*known[:count], *tail)


def extra_providers(known: tuple[Provider, ...], count: int) -> tuple[Provider, ...]:
    """The known providers and, up to `count`, further ones genai-prices names; then private ones by number."""
    lists = prices.price_book().price_lists
    have = {lists.get(provider.name, provider.name) for provider in known}
    names = [provider.id.replace("-", "_") for provider in price_list.PROVIDERS if provider.id not in have]
    names += [f"private_{number:02d}" for number in range(1, count)]
    pattern = next(provider for provider in known if provider.slug == "openrouter")
    wanted = max(0, count - len(known))
    return (*known, *(replace(pattern, slug=name, name=name, host=f"{name}.example") for name in names[:wanted]))


def spread_providers(index: int, model: Model, providers: tuple[Provider, ...], known: int) -> tuple[str, ...]:
    """The model's own providers; each provider beyond the known ones also serves every few models."""
    further = providers[known:]
    if not further or (model.providers[0] != "openrouter" and len(model.providers) == 1):
        return model.providers
    return (*model.providers, *(further[(index + step) % len(further)].slug for step in range(index % 3)))


def _openrouter_ids() -> list[str]:
    return sorted(
        model.id
        for model in price_list.listings("openrouter")
        if "/" in model.id and ":" not in model.id and not any(kind in model.id for kind in _OTHER_KINDS)
        if not model.id.startswith("mistral/")  # a second namespace of mistralai
    )
