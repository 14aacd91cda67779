-- The ticket types of a show with their prices by seat type, in their order. Without a price list there
-- is one type, at the prices of the show.
create or replace function show_ticket_types(
  p_list uuid, p_price numeric, p_premium_price numeric, p_vip_price numeric
) returns json language sql stable as $$
  select case when p_list is null
    then (
      select json_build_array(json_build_object('id', id, 'code', code, 'name', name,
          'prices', json_strip_nulls(json_build_object('regular', p_price::text,
            'premium', p_premium_price::text, 'vip', p_vip_price::text))))
      from ticket_types where id = '00000000-0000-7000-8000-000000000001')
    else (
      select json_agg(json_build_object('id', k.id, 'code', k.code, 'name', k.name,
          'prices', i.prices) order by k.sort_order, k.code)
      from (
        select ticket_type_id, json_object_agg(seat_type, price::text order by seat_type) as prices
        from price_list_items where price_list_id = p_list group by ticket_type_id) i
      join ticket_types k on k.id = i.ticket_type_id) end
$$;
