-- The lines of a purchase: each seat with its ticket type, price and tax rate. A seat that the user has
-- locked keeps the version of the price list that it was locked at; any other seat costs what it would
-- cost now. A price of null: the version does not have the type.
--
-- p_types: the ticket type of each seat; null: the first one of its list.
create or replace function purchase_lines(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_now timestamptz
) returns table (
  seat_id uuid, ticket_type_id uuid, price numeric, tax_rate_bp integer, fee numeric, place bigint
) language sql stable as $$
  select s.id, k.type_id,
      case when k.type_id <> k.first_id then ticket_price(k.list_id, k.type_id, s.seat_type)
        else coalesce(c.price, seat_price(s.seat_type, t.price, t.premium_price, t.vip_price)) end,
      coalesce(v.tax_rate_bp, i.tax_rate_bp), coalesce(v.booking_fee, 0), w.place
    from showtimes t
    join theaters h on h.id = t.theater_id
    join sites i on i.id = h.site_id
    cross join unnest(p_seats, p_types) with ordinality as w (seat_id, type_id, place)
    join seats s on s.id = w.seat_id and s.theater_id = t.theater_id and s.archived_at is null
    left join seat_claims c on c.showtime_id = t.id and c.seat_id = s.id and c.user_id = p_user
      and c.kind = 'lock' and c.reservation_id is null and c.expires_at > p_now
    left join price_lists v
      on v.id = case when c.seat_id is null then t.price_version_id else c.price_list_id end
    cross join lateral (
      select v.id as list_id,
          coalesce(v.default_type_id, '00000000-0000-7000-8000-000000000001') as first_id,
          coalesce(w.type_id, v.default_type_id, '00000000-0000-7000-8000-000000000001') as type_id
      ) k
    where t.id = p_showtime
$$;
