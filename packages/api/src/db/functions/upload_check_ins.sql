-- The scans of a device that was cut off, in any order: their times say in which they happened. Answers
-- with check_in_answer for each, in the order of the list.
--
-- p_scans: [{ id, nonce, reservationId, seatId, version, showtimeId, type, at, refusal, gate,
-- deviceId }]
create or replace function upload_check_ins(
  p_operator uuid, p_sites uuid[], p_scans jsonb
) returns json language plpgsql volatile as $$
declare
  v_scan record;
  v_ids uuid[] := '{}';
begin
  -- All at once and in one order: two devices with the same tickets wait, and never deadlock.
  perform from reservations
    where id in (select (each->>'reservationId')::uuid from jsonb_array_elements(p_scans) as each)
    order by id for no key update;
  for v_scan in
    select each.* from jsonb_array_elements(p_scans) with ordinality as list (scan, place)
      cross join lateral jsonb_to_record(scan) as each (id uuid, nonce text, "reservationId" uuid,
        "seatId" uuid, version integer, "showtimeId" uuid, type text, at timestamptz, refusal text,
        gate text, "deviceId" text)
      order by place
  loop
    v_ids := v_ids || (check_in(v_scan.id, v_scan.nonce, p_operator, p_sites, v_scan."reservationId",
      v_scan."seatId", v_scan.version, v_scan."showtimeId", v_scan.type, v_scan.at, false, true,
      v_scan.refusal, v_scan.gate, v_scan."deviceId")->>'id')::uuid;
  end loop;
  -- Once for each ticket, however many scans there are of it.
  perform replay_check_ins(reservation_id, seat_id)
    from (
      select distinct reservation_id, seat_id from check_ins
        where id = any(v_ids) and reservation_id = any(
          select (each->>'reservationId')::uuid from jsonb_array_elements(p_scans) as each)
          and seat_id is not null) ticket;
  return (
    select json_agg(check_in_answer(id) order by place)
      from unnest(v_ids) with ordinality as each (id, place));
end $$;
