-- What a ticket of a type costs on a seat of a type in a showtime, by the price list that it has now. Null:
-- the type is not in the list.
create or replace function list_price(p_showtime uuid, p_type uuid, p_seat_type text)
returns numeric language sql stable as $$
  select case when p_type = coalesce(v.default_type_id, '00000000-0000-7000-8000-000000000001')
      then seat_price(p_seat_type, t.price, t.premium_price, t.vip_price)
      else ticket_price(v.id, p_type, p_seat_type) end
    from showtimes t left join price_lists v on v.id = t.price_version_id
    where t.id = p_showtime
$$;
