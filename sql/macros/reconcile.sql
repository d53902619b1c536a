-- How far two figures of the same traffic lie apart, as a share of the larger: 0 the same, 1 or -1 one of them nothing.
create or replace macro difference_share(value, reference) as
    case
        when value = reference then 0
        else cast(value - reference as double) / cast(greatest(abs(value), abs(reference)) as double)
    end;
