-- One scan at the door. Answers with check_in_answer, or null when the door asks for a show that does not
-- exist. A scan that is sent twice is one scan. Validity is judged before duplicates, on the server's rows,
-- and what is refused is kept too.
--
-- p_nonce: a digest that names the scan. p_reservation null: no key of ours signed the code. p_version: of
-- the code; null: the door typed the reference. p_showtime: the show at this door; null: any. p_sites: where
-- the operator may check in; null: everywhere. p_at: when it was scanned; null, or what has not come yet:
-- now. p_is_forced: lets in against the clock, and somebody who is inside. p_is_offline: the device has let
-- them in already, and could not ask. p_refusal: why the device did not let them in, when it could not ask.
create or replace function check_in(
  p_id uuid, p_nonce text, p_operator uuid, p_sites uuid[], p_reservation uuid, p_seat uuid,
  p_version integer, p_showtime uuid, p_type text, p_at timestamptz, p_is_forced boolean,
  p_is_offline boolean, p_refusal text, p_gate text, p_device text
) returns json language plpgsql volatile as $$
declare
  v_known check_ins%rowtype;
  v_ticket record;
  v_inside uuid;
  v_judged timestamptz;
  v_result text;
  v_reason text;
  v_is_early_or_late boolean;
  v_id uuid;
begin
  if not p_is_offline and p_showtime is not null and not exists (
    select from showtimes where id = p_showtime and archived_at is null)
  then
    return null;
  end if;
  -- Scans of one reservation, its cancellation and its moves wait for one another here.
  perform from reservations where id = p_reservation for no key update;
  select * into v_known from check_ins where nonce = p_nonce;
  if found and not exists (
    select from theaters where id = v_known.theater_id and not site_id = any(p_sites))
  then
    if p_is_offline then
      perform check_in_told_late(v_known, p_refusal);
    end if;
    return check_in_answer(v_known.id);
  elsif found then
    -- Of a device at another site that has the same name, and the same mark.
    p_nonce := p_nonce || ':' || p_operator;
  end if;

  select t.id as showtime_id, t.theater_id, h.site_id, t.start_time, t.end_time, r.status,
      t.cancelled_at is not null or r.status = 'cancelled' or l.cancelled_at is not null as is_cancelled,
      (l.ticket_version - 1) % 255 + 1 as version
    into v_ticket
    from reservations r
    join showtimes t on t.id = r.showtime_id
    join theaters h on h.id = t.theater_id
    left join reservation_seats l on l.reservation_id = r.id and l.seat_id = p_seat
    where r.id = p_reservation;
  p_at := least(p_at, clock_timestamp());
  -- A door that asks is judged by this clock.
  v_judged := case when p_is_offline then p_at else clock_timestamp() end;
  v_is_early_or_late := p_type = 'entry' and (v_judged > v_ticket.end_time
    or v_judged < v_ticket.start_time - interval '30 minutes');
  v_reason := case
    when p_reservation is null then 'invalid_code'
    when v_ticket.showtime_id is null then 'unknown'
    when not v_ticket.site_id = any(p_sites) then 'wrong_site'
    when v_ticket.showtime_id <> p_showtime then 'wrong_show'
    when p_refusal is not null then p_refusal
    when v_ticket.is_cancelled then 'cancelled'
    when v_ticket.status = 'pending' then 'unpaid'
    when v_ticket.version is distinct from coalesce(p_version, v_ticket.version)
      or v_ticket.version is null then 'void'
    when not v_is_early_or_late or p_is_forced then null
    when v_judged > v_ticket.end_time then 'too_late'
    else 'too_early'
  end;

  if v_reason is not null then
    v_result := 'refused';
  elsif p_is_offline then
    -- Found out by the caller, who replays all that is known of the ticket.
    v_result := 'already_admitted';
  else
    -- A door that asks comes after all that is known, whatever its clock says.
    select max(greatest(ended_at, scanned_at, p_at)) into p_at
      from (
        select ended_at, scanned_at from check_ins
          where reservation_id = p_reservation and seat_id = p_seat and is_let_in
            and undone_at is null
        union all select null, p_at) known;
    select id into v_inside from check_ins
      where reservation_id = p_reservation and seat_id = p_seat
        and type = 'entry' and result = 'admitted' and ended_at is null;
    v_result := case
      when p_type = 'exit' then case when v_inside is null then 'refused' else 'admitted' end
      when v_inside is null or p_is_forced then 'admitted'
      else 'already_admitted' end;
    v_reason := case when v_result = 'refused' then 'not_inside' end;
    if v_result = 'admitted' then
      update check_ins set ended_at = p_at where id = v_inside;
    end if;
  end if;

  insert into check_ins (id, nonce, reservation_id, seat_id, theater_id, showtime_id, type, result,
      reason, gate, device_id, scanned_at, ended_at, is_let_in, is_forced, actor_id)
    values (p_id, p_nonce, p_reservation, p_seat, v_ticket.theater_id,
      coalesce(p_showtime, v_ticket.showtime_id), p_type, v_result, v_reason, p_gate, p_device, p_at,
      case when p_type = 'exit' then p_at end,
      v_result = 'admitted' or p_is_offline and p_refusal is null,
      p_is_forced and v_result = 'admitted' and (v_is_early_or_late or v_inside is not null), p_operator)
    on conflict (nonce) do nothing
    returning id into v_id;
  if v_id is not null and p_type = 'entry' and v_result = 'admitted' then
    perform note_fact('ticket.checked_in', v_id::text, jsonb_build_object('checkInId', v_id),
      clock_timestamp());
  end if;
  return check_in_answer(coalesce(v_id, (select id from check_ins where nonce = p_nonce)));
end $$;
