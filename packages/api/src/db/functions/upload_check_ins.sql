-- The scans of a device that was cut off, in the order in which they happened. Answers with what
-- check_in answers for each, in the order of the list.
--
-- p_scans: [{ id, nonce, reservationId, seatId, version, showtimeId, type, at, refusal, gate,
-- deviceId }]
create or replace function upload_check_ins(
  p_operator uuid, p_sites uuid[], p_scans jsonb
) returns json language plpgsql volatile as $$
declare
  v_scan record;
begin
  -- All at once and in one order: two devices with the same tickets wait, and never deadlock.
  perform from reservations
    where id in (select (each->>'reservationId')::uuid from jsonb_array_elements(p_scans) as each)
    order by id for no key update;
  for v_scan in
    select * from jsonb_to_recordset(p_scans) as each (id uuid, nonce text, "reservationId" uuid,
        "seatId" uuid, version integer, "showtimeId" uuid, type text, at timestamptz, refusal text,
        gate text, "deviceId" text)
      order by at, id
  loop
    perform check_in(v_scan.id, v_scan.nonce, p_operator, p_sites, v_scan."reservationId",
      v_scan."seatId", v_scan.version, v_scan."showtimeId", v_scan.type, v_scan.at, false, true,
      v_scan.refusal, v_scan.gate, v_scan."deviceId");
  end loop;
  return (
    select json_agg(check_in_answer(c.id) order by each.place)
      from jsonb_array_elements(p_scans) with ordinality as each (scan, place)
      join check_ins c on c.nonce = each.scan->>'nonce');
end $$;
