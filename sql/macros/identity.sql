-- Who is who: the keys that make a row count once.
create or replace macro attempt_id(source, native_id, place, start_time) as
    sha256(concat_ws(chr(31), source, native_id, cast(place as varchar), cast(epoch_us(start_time) as varchar)));
-- UTC instant without zone: plain arithmetic, where time zone functions would be slow.
create or replace macro utc(t) as make_timestamp(epoch_us(t));
-- Logged binary floats as exact money: round half-even to 10 decimals (at 6, small calls become 0 or 1 unit).
create or replace macro to_usd(x) as cast(round_even(x, 10) as decimal(18, 10));
