-- OpenRouter's own words in the field's. Records older than the field itself are chats.
create or replace macro openrouter_operation(api_type) as case api_type
    when 'completions' then 'chat'
    when 'embeddings' then 'embeddings'
    when 'rerank' then 'rerank'
    when 'image' then 'image_generation'
    when 'tts' then 'speech'
    when 'stt' then 'transcription'
    else case when coalesce(api_type, '') = '' then 'chat' else 'other' end
end;
