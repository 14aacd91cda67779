-- Notes money that came or went without a seat: what reports add to the sale.
create or replace function log_money(
  p_reservation reservations, p_kind text, p_kept numeric, p_data jsonb, p_now timestamptz
) returns void language sql volatile as $$
  insert into reservation_log
      (id, theater_id, showtime_id, reservation_id, kind, kept, data, created_at)
    values (gen_random_uuid(), p_reservation.theater_id, p_reservation.showtime_id,
      p_reservation.id, p_kind, p_kept, p_data, p_now)
$$;
