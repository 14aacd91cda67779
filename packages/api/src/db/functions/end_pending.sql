-- Ends a reservation that was not paid for; its seats are free in the next statement. Every attempt to
-- pay must have ended at its provider before. Writes the fact reservation.cancelled.
--
-- Returns `ended`, `not_pending`, or `payment_open` while an attempt to pay can still succeed.
-- p_only_late: whether it must be past its deadline. p_actor: null for the reaper.
create or replace function end_pending(
  p_reservation uuid, p_reason text, p_actor uuid, p_only_late boolean, p_max_seconds double precision
) returns text language plpgsql volatile as $$
declare
  v_of record;
  v_now timestamptz;
begin
  select showtime_id, theater_id, user_id into v_of from reservations where id = p_reservation;
  perform from showtimes where id = v_of.showtime_id for key share;
  perform from users where id = v_of.user_id for no key update;
  perform from reservations where id = p_reservation and status = 'pending' for update;
  if not found then
    return 'not_pending';
  end if;
  v_now := date_trunc('milliseconds', clock_timestamp());
  if p_only_late and exists (
      select from reservations where id = p_reservation and payment_deadline > v_now) then
    return 'not_pending';
  end if;
  -- An attempt that never reached a provider: its client has nothing to pay with.
  update payments set status = 'cancelled', updated_at = v_now
    where showtime_id = v_of.showtime_id and reservation_id = p_reservation
      and status in ('open', 'processing') and provider_ref is null;
  if exists (
      select from payments
        where showtime_id = v_of.showtime_id and reservation_id = p_reservation
          and status in ('open', 'processing')) then
    return 'payment_open';
  end if;
  perform end_reservation(p_reservation, p_reason, p_actor, v_now);
  perform free_paying(p_reservation, v_of.showtime_id, p_max_seconds);
  return 'ended';
end $$;
