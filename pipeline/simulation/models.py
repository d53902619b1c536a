"""Who is in the simulated world: real model ids at real providers, with the traffic each is given.

Ids are those genai-prices 0.2.3 lists. The two weights are the model's part (per mille, before drift) of
agentic and of all other requests. They were chosen so that the boards come out as concentrated as
OpenRouter's (see calibration.py), with about its author shares; which model gets which is an assumption.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Provider:
    """`slug` is LiteLLM's name; `failure_rate` is the truth per attempt; the two flags say what usage it reports."""

    slug: str
    name: str
    host: str
    regions: tuple[str, ...]
    data_policy: str = "retain"
    failure_rate: float = 0.02
    reports_cache: bool = True
    reports_reasoning: bool = True
    pace: float = 0.0


@dataclass(frozen=True)
class Model:
    """One model; the first provider serves most of it. `thinks` is the reasoning part of its output."""

    model_id: str
    context_tokens: int
    agentic: float
    other: float
    providers: tuple[str, ...]
    thinks: float = 0.0
    spelling: str = ""


US, EU = ("us-east-1", "us-west-2"), ("eu-west-1", "eu-central-1")
PROVIDERS = (
    Provider("openai", "openai", "api.openai.com", US, failure_rate=0.018),
    Provider("azure", "azure.ai.openai", "podium-demo.openai.azure.com", EU, "zdr", 0.012),
    Provider("anthropic", "anthropic", "api.anthropic.com", US, "zdr", 0.028, reports_reasoning=False),
    Provider("bedrock", "aws.bedrock", "bedrock-runtime.eu-west-1.amazonaws.com", EU, "zdr", 0.014,
             reports_reasoning=False),
    Provider("vertex_ai", "gcp.vertex_ai", "europe-west4-aiplatform.googleapis.com", EU, "zdr", 0.016),
    Provider("gemini", "gcp.gemini", "generativelanguage.googleapis.com", US, "train", 0.024, pace=0.5),
    Provider("deepseek", "deepseek", "api.deepseek.com", ("cn-north-1",), "train", 0.034, pace=-0.4),
    Provider("xai", "x_ai", "api.x.ai", US, failure_rate=0.02),
    Provider("mistral", "mistral_ai", "api.mistral.ai", EU, "zdr", 0.015, False, False, 0.3),
    Provider("moonshot", "moonshot", "api.moonshot.ai", ("ap-southeast-1",), "train", 0.04, pace=-0.6),
    Provider("zai", "zai", "api.z.ai", ("ap-southeast-1",), "train", 0.036, pace=-0.4),
    Provider("minimax", "minimax", "api.minimax.io", ("ap-southeast-1",), "train", 0.03),
    Provider("cohere", "cohere", "api.cohere.com", US, "zdr", 0.012, False, False),
    Provider("groq", "groq", "api.groq.com", US, "zdr", 0.042, False, True, 2.5),
    Provider("cerebras", "cerebras", "api.cerebras.ai", US, "zdr", 0.045, False, True, 3.0),
    Provider("together_ai", "together_ai", "api.together.xyz", US, "zdr", 0.03, False, False),
    Provider("fireworks_ai", "fireworks_ai", "api.fireworks.ai", US, "zdr", 0.022, pace=0.8),
    Provider("novita", "novita", "api.novita.ai", ("ap-southeast-1",), "unknown", 0.048, False, False, -1.0),
    Provider("openrouter", "openrouter", "openrouter.ai", US, "unknown", 0.026, pace=-0.2),
    Provider("hosted_vllm", "hosted_vllm", "llm.acme.internal", ("eu-central-1",), "zdr", 0.01, False, False, 0.6),
)  # fmt: skip

_OPENAI, _CLAUDE, _GEMINI = ("openai", "azure"), ("anthropic", "bedrock", "vertex_ai"), ("gemini", "vertex_ai")
_OPEN = ("fireworks_ai", "openrouter")
HOUSE_MODEL = "acme/house-8b"
FREE_MODEL = "nvidia/nemotron-3-ultra-550b-a55b:free"

MODELS = (
    Model("deepseek/deepseek-v4-flash", 1_000_000, 158, 56, ("deepseek", *_OPEN), 0.45),
    Model("tencent/hy3-preview", 256_000, 132, 10, ("openrouter",), 0.4),
    Model("xiaomi/mimo-v2.5-pro", 1_000_000, 98, 8, ("openrouter",), 0.45),
    Model("deepseek/deepseek-v4-pro", 1_000_000, 66, 12, ("deepseek", "fireworks_ai", "openrouter"), 0.55),
    Model(FREE_MODEL, 1_000_000, 90, 16, ("openrouter",), 0.5),
    Model("anthropic/claude-sonnet-4.6", 1_000_000, 42, 8, _CLAUDE, 0.3),
    Model("z-ai/glm-5.1", 200_000, 62, 6, ("zai", "fireworks_ai", "novita", "openrouter"), 0.45),
    Model("openai/gpt-5.4", 400_000, 44, 8, _OPENAI, 0.55),
    Model("google/gemini-3-flash-preview", 1_000_000, 22, 172, _GEMINI, 0.35),
    Model("openai/gpt-4o-mini", 128_000, 2, 92, _OPENAI),
    Model("deepseek/deepseek-v3.2", 128_000, 20, 88, ("deepseek", *_OPEN), 0.25),
    Model("deepseek/deepseek-chat-v3-0324", 163_000, 3, 64, _OPEN),
    Model("google/gemini-2.5-flash-lite", 1_000_000, 2, 62, ("gemini",), 0.1),
    Model("openai/gpt-5-mini", 400_000, 11, 42, _OPENAI, 0.5),
    Model("minimax/minimax-m2.5", 200_000, 26, 5, ("minimax", "openrouter"), 0.45),
    Model("moonshotai/kimi-k2.6", 256_000, 24, 5, ("moonshot", "fireworks_ai", "openrouter"), 0.4),
    Model("anthropic/claude-opus-4.8", 1_000_000, 20, 2, _CLAUDE, 0.35),
    Model("xiaomi/mimo-v2.5", 1_000_000, 18, 14, ("openrouter",), 0.4),
    Model("google/gemini-3.1-pro-preview", 1_000_000, 14, 5, ("gemini",), 0.6),
    Model("openai/gpt-5.3-codex", 400_000, 16, 1, ("openai",), 0.5),
    Model("x-ai/grok-4.3", 256_000, 14, 5, ("xai",), 0.45),
    Model("z-ai/glm-4.7", 200_000, 11, 4, ("zai", "cerebras", "novita", "openrouter"), 0.4),
    Model("google/gemini-2.5-flash", 1_000_000, 4, 40, _GEMINI, 0.3),
    Model("openai/gpt-oss-120b", 131_000, 5, 36, ("groq", "cerebras", "together_ai", "fireworks_ai"), 0.4),
    Model("qwen/qwen3-235b-a22b-2507", 262_000, 2, 26, ("openrouter",)),
    Model("meta-llama/llama-3.3-70b-instruct", 131_000, 1, 26, ("groq", "together_ai", "bedrock", "novita")),
    Model(HOUSE_MODEL, 32_000, 0, 24, ("hosted_vllm",)),
    Model("openai/gpt-4.1-mini", 1_000_000, 2, 22, _OPENAI),
    Model("anthropic/claude-haiku-4.5", 200_000, 6, 20, _CLAUDE),
    Model("google/gemini-3.1-flash-lite", 1_000_000, 2, 18, ("gemini",), 0.2),
    Model("openai/gpt-5-nano", 400_000, 1, 17, ("openai",), 0.5),
    Model("qwen/qwen3-32b", 131_000, 1, 14, ("groq",), 0.4),
    Model("openai/gpt-4o", 128_000, 1, 13, _OPENAI, spelling="gpt-4o-2024-08-06"),
    Model("qwen/qwen3-coder", 262_000, 9, 1, ("openrouter",)),
    Model("openai/gpt-5", 400_000, 8, 4, _OPENAI, 0.6),
    Model("anthropic/claude-sonnet-4.5", 200_000, 7, 3, _CLAUDE, 0.3),
    Model("anthropic/claude-sonnet-4", 200_000, 7, 3, _CLAUDE, 0.3),
    Model("google/gemini-2.5-pro", 1_000_000, 5, 5, _GEMINI, 0.6, "gemini/gemini-2.5-pro"),
    Model("deepseek/deepseek-v3.2-exp", 163_000, 5, 4, ("deepseek",), 0.3),
    Model("x-ai/grok-code-fast-1", 256_000, 5, 0.5, ("xai",), 0.3),
    Model("moonshotai/kimi-k2", 131_000, 4, 2, ("groq",)),
    Model("openai/gpt-4.1", 1_000_000, 3, 7, _OPENAI),
    Model("openai/o3", 200_000, 2, 2, ("openai",), 0.65),
    Model("openai/o4-mini", 200_000, 2, 4, ("openai",), 0.6),
    Model("openai/o3-mini", 200_000, 0.5, 3, ("openai",), 0.6),
    Model("openai/gpt-4.1-nano", 1_000_000, 0.2, 8, ("openai",)),
    Model("openai/gpt-5.2", 400_000, 3, 2, _OPENAI, 0.55),
    Model("anthropic/claude-opus-4.5", 200_000, 3, 0.6, ("anthropic",), 0.35),
    Model("anthropic/claude-3.7-sonnet", 200_000, 3, 3, ("anthropic",)),
    Model("anthropic/claude-3.5-haiku", 200_000, 0.2, 5, ("anthropic",)),
    Model("deepseek/deepseek-r1-0528", 163_000, 1, 4, ("fireworks_ai", "novita"), 0.7),
    Model("qwen/qwen3-235b-a22b", 131_000, 1, 3, ("fireworks_ai",), 0.5),
    Model("meta-llama/llama-4-maverick", 1_000_000, 0.5, 6, ("groq",)),
    Model("google/gemma-3-27b-it", 131_000, 0.1, 9, ("openrouter",)),
    Model("mistralai/mistral-medium-3.1", 131_000, 1, 6, ("mistral",)),
    Model("mistralai/codestral-2501", 262_000, 1, 2, ("mistral",)),
    Model("cohere/command-a", 256_000, 0.1, 3, ("cohere",)),
    Model("openai/gpt-5.5", 1_000_000, 10, 3, _OPENAI, 0.55),
    Model("moonshotai/kimi-k3", 1_000_000, 9, 2, ("moonshot",), 0.45),
    Model("google/gemini-3.5-flash", 1_000_000, 5, 9, ("gemini",), 0.35),
)

# Events, in days before the world's anchor (assumptions: any company has a few in a quarter).
LAUNCHES = {
    "openai/gpt-5.5": timedelta(days=38),
    "google/gemini-3.5-flash": timedelta(days=24),
    "moonshotai/kimi-k3": timedelta(days=12),
}
RETIREMENTS = {"anthropic/claude-3.7-sonnet": timedelta(days=26), "anthropic/claude-3.5-haiku": timedelta(days=9)}
MIGRATION = ("anthropic/claude-sonnet-4", "anthropic/claude-sonnet-4.6", timedelta(days=45), timedelta(days=31))
# A negotiated discount: the gateway records less than the list price from that day on.
PRICE_CUT = ("deepseek/deepseek-chat-v3-0324", timedelta(days=21), 0.75)
# One bad afternoon: this provider fails this often for those UTC hours.
OUTAGE = ("azure", timedelta(days=17), range(13, 17), 0.45)
# From that day on this model takes this much longer to its first token, wherever it is served.
SLOWDOWN = ("openai/gpt-4o-mini", timedelta(days=7), 1.6)
