-- One row is one line of OpenRouter's Activity export; the columns are found by name.
select
    date,
    model,
    try_cast(usage as double) as usage,
    try_cast(byok_usage_inference as double) as byok_usage_inference,
    try_cast(requests as double) as requests,
    try_cast(prompt_tokens as double) as prompt_tokens,
    try_cast(completion_tokens as double) as completion_tokens,
    try_cast(reasoning_tokens as double) as reasoning_tokens,
from read_csv($path, compression = $compression, header = true, all_varchar = true, delim = ',', quote = '"')
