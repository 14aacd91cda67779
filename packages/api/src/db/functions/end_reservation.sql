-- Ends a reservation, whose row the caller holds: status, step and the fact reservation.cancelled. Its
-- seats are the caller's to free. p_actor: null for a step that follows from the clock or a provider; it
-- is noted as the customer's. p_reason exchanged: by the staff, for another reservation.
create or replace function end_reservation(
  p_reservation uuid, p_reason text, p_actor uuid, p_now timestamptz
) returns void language sql volatile as $$
  with ended as (
    update reservations
      set status = 'cancelled', cancelled_at = p_now, updated_at = p_now,
        cancel_reason = case p_reason when 'exchanged' then 'staff' else p_reason end
      where id = p_reservation returning id, theater_id, showtime_id, user_id),
  fact as (
    insert into outbox (id, kind, key, payload, created_at)
      select gen_random_uuid(), 'reservation.cancelled', 'reservation.cancelled:' || id,
          jsonb_build_object('reservationId', id, 'cause',
            case when p_reason in ('customer', 'staff') then 'cancelled' else p_reason end), p_now
        from ended
      on conflict (key) do nothing)
  insert into reservation_events
      (theater_id, showtime_id, reservation_id, step, actor_id, created_at)
    select theater_id, showtime_id, id, 'cancelled', coalesce(p_actor, user_id), p_now from ended
$$;
