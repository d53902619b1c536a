-- One row: an entity and the colour slot it holds, earliest claim first.
select entity_id, slot, from rankings.color_slots where kind = $kind order by since_week, entity_id
