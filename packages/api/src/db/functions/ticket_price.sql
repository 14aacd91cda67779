-- What a ticket type costs on a seat of a type, by a version of a price list; a seat type without a price
-- of its own costs what a regular seat does. Null: the type is not in the list.
create or replace function ticket_price(p_list uuid, p_type uuid, p_seat_type text)
returns numeric language sql stable as $$
  select price from price_list_items
    where price_list_id = p_list and ticket_type_id = p_type and seat_type in (p_seat_type, 'regular')
    order by seat_type = 'regular' limit 1
$$;
