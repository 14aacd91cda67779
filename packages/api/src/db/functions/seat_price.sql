-- What a seat of a type costs in a showtime: the one place that decides it. Plain SQL, so that the
-- planner puts it into the statement that calls it.
create or replace function seat_price(
  p_seat_type text, p_price numeric, p_premium_price numeric, p_vip_price numeric
) returns numeric language sql immutable as $$
  select case p_seat_type
    when 'premium' then coalesce(p_premium_price, p_price)
    when 'vip' then coalesce(p_vip_price, p_price)
    else p_price end
$$;
