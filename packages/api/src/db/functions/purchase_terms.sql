-- The lines of a purchase, what they add up to, and why they cannot be sold together; a refusal of null:
-- they can. The booking fee is the highest of their price lists. The lines come as four arrays, so that
-- the caller writes them without working them out again.
create or replace function purchase_terms(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_now timestamptz,
  out total numeric, out fees numeric, out refusal json,
  out seats uuid[], out types uuid[], out prices numeric[], out tax_rates integer[]
) language plpgsql stable as $$
declare
  v_has_rules boolean;
begin
  select sum(l.price), max(l.fee), array_agg(l.seat_id), array_agg(l.ticket_type_id),
      array_agg(l.price), array_agg(l.tax_rate_bp), bool_or(l.has_rules)
    into total, fees, seats, types, prices, tax_rates, v_has_rules
    from (
      select p.*, p.price is null or k.id is null or k.max_age is not null
          or k.min_per_booking is not null or k.with_adult as has_rules
        from purchase_lines(p_user, p_showtime, p_seats, p_types, p_now) p
        left join ticket_types k on k.id = p.ticket_type_id
        order by p.place) l;
  if v_has_rules then
    refusal := ticket_refusal(p_showtime, types, types[array_position(prices, null)]);
  end if;
end $$;
