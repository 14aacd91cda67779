-- Takes back who went in with seats of a reservation, all by default, because the seats are given back. The
-- caller holds the reservation.
create or replace function take_back_check_ins(
  p_reservation uuid, p_seats uuid[], p_reason text, p_by uuid, p_now timestamptz
) returns void language sql volatile as $$
  update check_ins
    set undone_at = p_now, undo_reason = p_reason, undone_by = p_by,
      ended_at = coalesce(ended_at, p_now)
    where reservation_id = p_reservation and (p_seats is null or seat_id = any(p_seats))
      and type = 'entry' and is_let_in and undone_at is null
$$;
