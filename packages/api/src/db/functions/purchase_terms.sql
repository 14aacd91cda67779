-- What the lines of a purchase add up to, and why they cannot be sold together; a refusal of null:
-- they can. The booking fee is the highest of their price lists.
create or replace function purchase_terms(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_types uuid[], p_now timestamptz,
  out total numeric, out fees numeric, out refusal json
) language plpgsql stable as $$
begin
  select sum(l.price), max(l.fee),
      ticket_refusal(p_showtime, array_agg(l.ticket_type_id order by l.place),
        (array_agg(l.ticket_type_id order by l.place) filter (where l.price is null))[1])
    into total, fees, refusal
    from purchase_lines(p_user, p_showtime, p_seats, p_types, p_now) l;
end $$;
