-- One row per attempt_id that comes more than once in the batch. Hashes first: grouping 64-character keys costs memory.
with
    suspects as (
        select hash(attempt_id) as id_hash,
        from landing.staged
        group by id_hash
        having count(*) > 1
    )

select attempt_id,
from landing.staged
where hash(attempt_id) in (select id_hash from suspects)
group by attempt_id
having count(*) > 1
