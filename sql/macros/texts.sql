-- What a mapping's texts mean: each gives NULL for a text of another kind, never an error.
create or replace macro amount_of(text) as try_cast(text as double);
create or replace macro count_of(text) as
    case when amount_of(text) = trunc(amount_of(text)) and abs(amount_of(text)) < 1e18 then cast(amount_of(text) as bigint) end;
create or replace macro flag_of(text) as try_cast(text as boolean);
-- Present, and not the 0 that some gateways log for it.
create or replace macro is_set(text) as text is not null and coalesce(amount_of(text) <> 0, true);
create or replace macro status_of_http(code) as case
    when code = 499 then 'cancelled'
    when code between 200 and 399 then 'ok'
    when code is not null then 'error'
end;
-- Microseconds since 1970, up to the year 9999.
create or replace macro instant_of_us(us) as case when us >= 0 and us < 253402300800e6 then to_timestamp(us / 1e6) end;
create or replace macro instant_iso8601(text) as
    case when isfinite(try_cast(text as timestamptz)) then try_cast(text as timestamptz) end;
create or replace macro instant_epoch_s(text) as instant_of_us(round(amount_of(text) * 1e6));
create or replace macro instant_epoch_ms(text) as instant_of_us(round(amount_of(text) * 1e3));
create or replace macro instant_epoch_us(text) as instant_of_us(round(amount_of(text)));
create or replace macro instant_epoch_ns(text) as instant_of_us(try_cast(text as bigint) // 1000);
-- The sum of a map's known entries as text, unknown where none is; 'nan' where one of them is no number.
create or replace macro sum_of(entries) as cast(
    list_sum(
        list_transform(
            list_filter(entries, lambda entry: entry.value is not null),
            lambda entry: coalesce(amount_of(entry.value), cast('nan' as double))
        )
    ) as varchar
);
-- Host of an address with or without a scheme.
create or replace macro host_of(address) as url_host(if(contains(address, '://'), address, 'http://' || address));
