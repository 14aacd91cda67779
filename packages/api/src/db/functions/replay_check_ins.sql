-- Tells anew, in the order of time, who went in and out with a ticket: after a device has told late, or an
-- entry was taken back. Scans that let nobody in, and those that were refused for what the ticket was, stay
-- as they are. The caller holds the reservation.
create or replace function replay_check_ins(p_reservation uuid, p_seat uuid)
returns void language plpgsql volatile as $$
declare
  v_scan record;
  v_inside uuid;
begin
  -- Nobody is inside meanwhile: the index allows one at a time.
  update check_ins set ended_at = coalesce(ended_at, scanned_at)
    where reservation_id = p_reservation and seat_id = p_seat and type = 'entry'
      and result = 'admitted' and undone_at is null;
  for v_scan in
    select id, type, scanned_at, is_forced from check_ins
      where reservation_id = p_reservation and seat_id = p_seat and undone_at is null and is_let_in
        and (result <> 'refused' or reason = 'not_inside')
      order by scanned_at, created_at, id
  loop
    if v_scan.type = 'entry' and v_inside is not null and not v_scan.is_forced then
      update check_ins set result = 'already_admitted', ended_at = null where id = v_scan.id;
      continue;
    end if;
    update check_ins set ended_at = v_scan.scanned_at where id = v_inside;
    update check_ins
      set result = case when v_scan.type = 'exit' and v_inside is null then 'refused' else 'admitted' end,
        reason = case when v_scan.type = 'exit' and v_inside is null then 'not_inside' end,
        ended_at = case when v_scan.type = 'exit' then v_scan.scanned_at end
      where id = v_scan.id;
    v_inside := case when v_scan.type = 'entry' then v_scan.id end;
  end loop;
end $$;
