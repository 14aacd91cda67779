-- Keeps seats of a showtime from being sold: all or none. A seat that is blocked already gets the new
-- block instead of its old one. Returns { outcome, … }; a refusal is a value and has no effect.
--
-- p_release_at: when the seats are free again, without anyone's doing. Null: when they are unblocked.
--
-- A claim of kind `block` keeps a seat as a lock does, so the primary key decides between a block and a
-- customer. The claims of one call name one row of seat_blocks.
create or replace function block_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_block uuid,
  p_kind text, p_reason text, p_release_at timestamptz
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_show record;
  v_refusal json;
  v_now timestamptz;
  v_taken uuid[];
begin
  if p_release_at <= clock_timestamp() then
    return json_build_object('outcome', 'release_past');
  end if;
  -- The theater comes before the showtime, and the key of the block takes it.
  perform from theaters
    where id = (select theater_id from showtimes where id = p_showtime) for key share;
  select theater_id, end_time into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  -- The box office may sell after the start, so a block is possible until the end.
  v_refusal := booking_refusal(p_showtime, p_seats, clock_timestamp());
  if v_refusal->>'outcome' <> 'showtime_started' or v_show.end_time <= clock_timestamp() then
    return v_refusal;
  end if;
  perform from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;

  begin
    v_now := date_trunc('milliseconds', clock_timestamp());
    insert into seat_blocks
        (id, theater_id, showtime_id, kind, reason, release_at, actor_id, created_at)
      values (p_block, v_show.theater_id, p_showtime, p_kind, p_reason, p_release_at, p_user, v_now);
    -- Seats in the order of their ids, so that a block and a customer who cross wait and never
    -- deadlock. The WHERE sees the row that won, after the wait.
    with taken as (
      insert into seat_claims as c (showtime_id, seat_id, theater_id, user_id, price, locked_at,
          expires_at, kind, block_id)
        select p_showtime, s.id, v_show.theater_id, p_user, 0, least(v_now, p_release_at),
            p_release_at, 'block', p_block
          from seats s
          where s.id = any(p_seats)
          order by s.id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = null, price = excluded.price,
        locked_at = excluded.locked_at, expires_at = excluded.expires_at, hard_cap_at = null,
        paying_id = null, price_list_id = null, price_point_id = null,
        kind = excluded.kind, block_id = excluded.block_id
        where c.kind = 'block' or c.expires_at <= clock_timestamp()
      returning c.seat_id)
    select array_agg(seat_id) into v_taken from taken;
    v_refusal := block_refusal(p_showtime,
      array(select unnest(p_seats) except select unnest(v_taken)));
    if v_refusal is not null then
      raise exception 'seats are taken' using errcode = 'MT001';
    end if;
  exception when sqlstate 'MT001' then
    return v_refusal;
  end;
  return json_build_object('outcome', 'ok', 'answer', null);
end $$;
