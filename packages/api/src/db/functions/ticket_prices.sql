-- What each ticket type of a version of a price list costs on a seat of a type, in the order of the types.
create or replace function ticket_prices(p_list uuid, p_seat_type text)
returns json language sql stable as $$
  select json_agg(json_build_object('ticketTypeId', k.id,
      'price', ticket_price(p_list, k.id, p_seat_type)::text)
    order by k.sort_order, k.code)
  from price_list_items i join ticket_types k on k.id = i.ticket_type_id
  where i.price_list_id = p_list and i.seat_type = 'regular'
$$;
