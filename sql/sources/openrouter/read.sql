-- One row is one generation record, delivered as OpenRouter answers (in `data`) or bare: only the fields Podium reads.
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
            data:'STRUCT(
        id VARCHAR, request_id VARCHAR, session_id VARCHAR, created_at VARCHAR, api_type VARCHAR, model VARCHAR,
        router VARCHAR, provider_name VARCHAR,
        provider_responses STRUCT(
            id VARCHAR, endpoint_id VARCHAR, provider_name VARCHAR, model_permaslug VARCHAR, status DOUBLE, latency DOUBLE,
            is_byok BOOLEAN
        )[],
        streamed BOOLEAN, cancelled BOOLEAN, finish_reason VARCHAR, native_finish_reason VARCHAR, latency DOUBLE,
        generation_time DOUBLE, moderation_latency DOUBLE, native_tokens_prompt DOUBLE,
        native_tokens_completion DOUBLE, native_tokens_cached DOUBLE, native_tokens_reasoning DOUBLE,
        total_cost DOUBLE, upstream_inference_cost DOUBLE, is_byok BOOLEAN, response_cache_source_id VARCHAR,
        app_id VARCHAR, http_referer VARCHAR, user_agent VARCHAR, external_user VARCHAR, workspace_id VARCHAR,
        data_region VARCHAR, service_tier VARCHAR
    )',
            id:'VARCHAR',
            request_id:'VARCHAR',
            session_id:'VARCHAR',
            created_at:'VARCHAR',
            api_type:'VARCHAR',
            model:'VARCHAR',
            router:'VARCHAR',
            provider_name:'VARCHAR',
            provider_responses:'STRUCT(
        id VARCHAR, endpoint_id VARCHAR, provider_name VARCHAR, model_permaslug VARCHAR, status DOUBLE, latency DOUBLE,
        is_byok BOOLEAN
    )[]',
            streamed:'BOOLEAN',
            cancelled:'BOOLEAN',
            finish_reason:'VARCHAR',
            native_finish_reason:'VARCHAR',
            latency:'DOUBLE',
            generation_time:'DOUBLE',
            moderation_latency:'DOUBLE',
            native_tokens_prompt:'DOUBLE',
            native_tokens_completion:'DOUBLE',
            native_tokens_cached:'DOUBLE',
            native_tokens_reasoning:'DOUBLE',
            total_cost:'DOUBLE',
            upstream_inference_cost:'DOUBLE',
            is_byok:'BOOLEAN',
            response_cache_source_id:'VARCHAR',
            app_id:'VARCHAR',
            http_referer:'VARCHAR',
            user_agent:'VARCHAR',
            external_user:'VARCHAR',
            workspace_id:'VARCHAR',
            data_region:'VARCHAR',
            service_tier:'VARCHAR',
        }
    )
