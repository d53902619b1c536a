-- Who is who: the keys that make a row count once.
create or replace macro attempt_id(source, native_id, place, start_time) as
    sha256(concat_ws(chr(31), source, native_id, cast(place as varchar), cast(epoch_us(start_time) as varchar)));
