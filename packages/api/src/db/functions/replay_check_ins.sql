-- Tells anew, in the order of time, who went in and out with a ticket: after a device has told late, or an
-- entry was taken back. After an entry somebody is inside, after an exit nobody is: so each scan is judged by
-- the one before it. Scans that let nobody in, and those that were refused for what the ticket was, stay as
-- they are. The caller holds the reservation. Writes the fact ticket.checked_in for those let in.
create or replace function replay_check_ins(p_reservation uuid, p_seat uuid)
returns void language plpgsql volatile as $$
declare
  v_noted integer;
begin
  -- Nobody is inside meanwhile: the index allows one at a time.
  update check_ins set ended_at = scanned_at
    where reservation_id = p_reservation and seat_id = p_seat and type = 'entry'
      and result = 'admitted' and undone_at is null and ended_at is null;
  with judged as (
    update check_ins c set result = told.result, reason = told.reason, ended_at = told.ended_at
      from (
        select id, case
            when type = 'exit' and not is_somebody_inside then 'refused'
            when type = 'entry' and is_somebody_inside and not is_forced then 'already_admitted'
            else 'admitted' end as result,
          case when type = 'exit' and not is_somebody_inside then 'not_inside' end as reason,
          case when type = 'exit' then scanned_at
            when is_forced or not is_somebody_inside then next_end end as ended_at
        from (
          select id, type, scanned_at, is_forced,
            coalesce(lag(type) over in_time = 'entry', false) as is_somebody_inside,
            min(scanned_at) filter (where type = 'exit' or is_forced) over (
              in_time rows between 1 following and unbounded following) as next_end
          from check_ins
          where reservation_id = p_reservation and seat_id = p_seat and undone_at is null and is_let_in
            and (result <> 'refused' or reason = 'not_inside')
          window in_time as (order by scanned_at, created_at, id)) scan) told
      where c.id = told.id
        and (c.result, c.reason, c.ended_at) is distinct from (told.result, told.reason, told.ended_at)
      returning c.id, c.type, c.result)
  select count(*) into v_noted
    from judged
    cross join lateral note_fact('ticket.checked_in', id::text,
      jsonb_build_object('checkInId', id), clock_timestamp())
    where type = 'entry' and result = 'admitted';
end $$;
