"""How simulated gateways spell models: LiteLLM's provider prefix, and a few variants that aliases must resolve."""

from pipeline.simulation.models import PROVIDERS
from pipeline.simulation.world import World


def bare(model_id: str) -> str:
    """The name without its author."""
    return model_id.split("/", 1)[1]


def raw_name(world: World, place: int) -> str:
    """LiteLLM's model string: `openai/gpt-5` at its author, `azure/gpt-5`, else `<provider>/<author>/<model>`."""
    endpoint = world.endpoints[place]
    model, slug = world.models[endpoint.model], world.providers[endpoint.provider].slug
    if model.spelling and slug == model.providers[0]:
        return model.spelling
    if slug in (model.model_id.split("/")[0], "hosted_vllm") or endpoint.provider >= len(PROVIDERS):
        return model.model_id
    return f"azure/{bare(model.model_id)}" if slug == "azure" else f"{slug}/{model.model_id}"


def deployment(world: World, place: int) -> str:
    """The gateway's name of the deployment: provider and model."""
    endpoint = world.endpoints[place]
    return f"{world.providers[endpoint.provider].slug}-{bare(world.models[endpoint.model].model_id)}"
