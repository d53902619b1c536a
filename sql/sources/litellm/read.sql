-- One row is one LiteLLM StandardLoggingPayload: only the fields Podium reads, each with its type.
-- Prompts, answers, e-mails, addresses, tracebacks and the price map (but two prices) are never taken up.
-- Token counts are DOUBLE so that a fraction or an infinity can be refused, not rounded.
-- Only a sifted copy knows where its records stood (podium_source_row).
select *,
from
    read_json(
        $path,
        format = $format,
        compression = $compression,
        columns = {
            podium_source_row:'BIGINT',
            id:'VARCHAR',
            litellm_call_id:'VARCHAR',
            trace_id:'VARCHAR',
            call_type:'VARCHAR',
            cache_hit:'BOOLEAN',
            stream:'BOOLEAN',
            status:'VARCHAR',
            status_fields:'STRUCT(guardrail_status VARCHAR)',
            custom_llm_provider:'VARCHAR',
            "startTime":'DOUBLE',
            "endTime":'DOUBLE',
            "completionStartTime":'DOUBLE',
            model:'VARCHAR',
            model_group:'VARCHAR',
            model_id:'VARCHAR',
            api_base:'VARCHAR',
            metadata:'STRUCT(
        user_api_key_hash VARCHAR, user_api_key_alias VARCHAR, user_api_key_team_id VARCHAR,
        user_api_key_team_alias VARCHAR, user_api_key_user_id VARCHAR, user_api_key_org_id VARCHAR,
        user_api_key_project_id VARCHAR,
        requester_metadata STRUCT(headers STRUCT(
            "x-title" VARCHAR, "http-referer" VARCHAR, "x-litellm-session-id" VARCHAR
        )),
        usage_object STRUCT(
            cost VARCHAR, is_byok BOOLEAN, cost_details STRUCT(upstream_inference_cost DOUBLE),
            cache_creation_input_tokens DOUBLE, cache_read_input_tokens DOUBLE,
            prompt_tokens_details STRUCT(
                cached_tokens DOUBLE, cache_write_tokens DOUBLE, cache_creation_tokens DOUBLE,
                text_tokens DOUBLE, audio_tokens DOUBLE, image_tokens DOUBLE
            ),
            completion_tokens_details STRUCT(
                reasoning_tokens DOUBLE, text_tokens DOUBLE, accepted_prediction_tokens DOUBLE, audio_tokens DOUBLE
            )
        )
    )',
            response_cost:'DOUBLE',
            cost_breakdown:'STRUCT(input_cost DOUBLE, output_cost DOUBLE, total_cost DOUBLE, service_tier VARCHAR)',
            prompt_tokens:'DOUBLE',
            completion_tokens:'DOUBLE',
            request_tags:'VARCHAR[]',
            end_user:'VARCHAR',
            user_agent:'VARCHAR',
            response:'STRUCT(
        model VARCHAR, provider VARCHAR, service_tier VARCHAR, choices STRUCT(finish_reason VARCHAR)[]
    )',
            model_parameters:'STRUCT(stream BOOLEAN)',
            hidden_params:'STRUCT(
        litellm_overhead_time_ms DOUBLE,
        additional_headers STRUCT(
            "x-litellm-attempted-retries" DOUBLE, "x-litellm-attempted-fallbacks" DOUBLE
        )
    )',
            model_map_information:'STRUCT(
        model_map_value STRUCT(input_cost_per_token DOUBLE, output_cost_per_token DOUBLE)
    )',
            error_information:'STRUCT(
        error_code VARCHAR, error_class VARCHAR, normalized_error VARCHAR, llm_provider VARCHAR
    )',
        }
    )
