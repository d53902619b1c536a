"""A literal StandardLoggingPayload of LiteLLM for tests: say what matters, the rest is a plain successful call."""

from typing import Any


def payload(number: int = 1, **told: Any) -> dict[str, Any]:
    """A plain successful chat request, number seconds after an hour."""
    start = 1_795_336_800.25 + number
    return {
        "id": f"chatcmpl-{number}",
        "litellm_call_id": f"call-{number}",
        "status": "success",
        "call_type": "acompletion",
        "model": "openai/gpt-4o",
        "model_group": "gpt-4o",
        "custom_llm_provider": "openai",
        "startTime": start,
        "endTime": start + 2,
        "completionStartTime": start + 2,
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "response_cost": 0.0001,
        "messages": [{"role": "user", "content": "CANARY-PROMPT-1"}],
        "response": {"model": "gpt-4o", "choices": [{"finish_reason": "stop", "message": {"content": "fake answer"}}]},
        "error_information": {"error_code": "", "traceback": "site-packages"},
    } | told
