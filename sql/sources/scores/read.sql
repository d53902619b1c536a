-- One row is one score as delivered; every value as text, as a score is a number here, a boolean or a word there.
-- Only a sifted copy knows where its records stood (podium_source_row).
select *,
from
    read_json(
        $path,
        format = $format,
        compression = $compression,
        columns = {
            podium_source_row:'BIGINT',
            request_id:'VARCHAR',
            score:'VARCHAR',
            name:'VARCHAR',
            evaluator:'VARCHAR',
            "at":'VARCHAR',
        }
    )
