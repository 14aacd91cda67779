-- Locks seats for a user: all or none. Returns { outcome, … }; a refusal is a value and not an SQL
-- error, because the driver throws the connection away on every error.
--
-- p_max_seats: seats that the user may have locked in this showtime; p_max_everywhere: in all
-- showtimes together. p_keep_seconds: a seat whose lock of the same user has ended within this time
-- keeps its old hard cap. p_max_client: seats that customers with accounts younger than a day may have
-- locked in this showtime from one client (p_client) together. Null: no such limit.
-- p_accessibility: the request says that the party needs a wheelchair place (seat_rule).
--
-- The generic plan: otherwise the planner makes a new plan for each array of seats, which takes
-- longer than running it; and a table that was empty when it was last analysed would be scanned.
create or replace function lock_seats(
  p_user uuid, p_showtime uuid, p_seats uuid[],
  p_ttl_seconds double precision, p_max_seconds double precision,
  p_max_seats integer, p_max_everywhere integer, p_keep_seconds double precision,
  p_client bigint, p_max_client integer, p_accessibility boolean,
  p_key text, p_fingerprint text
) returns json language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  v_show record;
  v_seen record;
  v_refusal json;
  v_began timestamptz;
  v_now timestamptz;
  v_taken uuid[];
  v_cap timestamptz;
  v_client bigint;
  v_everywhere integer;
  v_has_rules boolean;
  v_of_client bigint;
  v_got record;
begin
  if p_key is not null then
    v_refusal := idempotency_begin(p_user, p_key, 'showtimes.lockSeats', p_fingerprint);
    if v_refusal is not null then return v_refusal; end if;
  end if;

  select theater_id, start_time, cancelled_at, price, premium_price, vip_price, price_version_id
    into v_show
    from showtimes where id = p_showtime and archived_at is null
    for key share;
  if not found then
    return json_build_object('outcome', 'showtime_not_found');
  end if;
  select client_of_young(p_client, role, created_at),
      case when role not in ('admin', 'staff') then p_max_everywhere end,
      role not in ('admin', 'staff')
    into v_client, v_everywhere, v_has_rules
    from users where id = p_user and disabled_at is null for no key update;
  if not found then
    return json_build_object('outcome', 'user_disabled');
  end if;
  if p_max_client is null then
    v_client := null;
  elsif v_client is not null then
    -- Requests from one client for one showtime are counted one after the other.
    perform pg_advisory_xact_lock(hashtextextended(p_showtime::text, v_client));
  end if;

  for v_attempt in 1..5 loop
    -- A request that is too late leaves after this read and has written nothing.
    select count(s.id) as known,
        count(*) filter (where c.user_id = p_user and c.reservation_id is null and c.kind = 'lock')
          as kept,
        bool_or(c.user_id <> p_user or c.reservation_id is not null or c.kind = 'block'
          or (c.seat_id is null and s.out_of_order)) as conflict,
        v_has_rules and bool_or(s.features && '{wheelchair,companion,pair}') as ruled,
        (select count(*) from seat_claims
          where user_id = p_user and showtime_id = p_showtime and reservation_id is null
            and kind = 'lock' and expires_at > clock_timestamp()) as mine,
        (select count(*) from seat_claims
          where v_everywhere is not null and user_id = p_user and reservation_id is null
            and kind = 'lock' and expires_at > clock_timestamp()) as everywhere
      into v_seen
      from unnest(p_seats) wanted
      left join seats s
        on s.id = wanted and s.theater_id = v_show.theater_id and s.archived_at is null
      left join seat_claims c on c.showtime_id = p_showtime and c.seat_id = wanted
        and (c.expires_at is null or c.expires_at > clock_timestamp());
    if v_seen.known < cardinality(p_seats) or v_show.cancelled_at is not null
        or v_show.start_time <= clock_timestamp() then
      v_refusal := booking_refusal(p_showtime, p_seats, clock_timestamp());
      if v_refusal is not null then return v_refusal; end if;
      -- The reason has gone since it was read.
      continue;
    end if;
    if v_seen.mine - v_seen.kept + cardinality(p_seats) > p_max_seats then
      return json_build_object('outcome', 'seat_limit',
        'limit', p_max_seats, 'locked', v_seen.mine, 'requested', cardinality(p_seats));
    end if;
    if v_seen.everywhere - v_seen.kept + cardinality(p_seats) > v_everywhere then
      return json_build_object('outcome', 'seat_limit', 'scope', 'account',
        'limit', v_everywhere, 'locked', v_seen.everywhere, 'requested', cardinality(p_seats));
    end if;
    if v_client is not null then
      select count(*) into v_of_client from seat_claims
        where showtime_id = p_showtime and client = v_client and reservation_id is null
          and expires_at > clock_timestamp()
          and not (user_id = p_user and seat_id = any(p_seats));
      if v_of_client + cardinality(p_seats) > p_max_client then
        return json_build_object('outcome', 'seat_limit', 'scope', 'address',
          'limit', p_max_client, 'locked', v_of_client, 'requested', cardinality(p_seats));
      end if;
    end if;
    if v_seen.ruled then
      v_refusal := seat_rule(p_user, p_showtime, p_seats, p_accessibility);
      if v_refusal is not null then return v_refusal; end if;
    end if;
    if v_seen.conflict then
      v_refusal := seat_conflicts(p_user, p_showtime, p_seats);
      if v_refusal is not null then
        return json_build_object('outcome', 'seats_unavailable', 'seats', v_refusal);
      end if;
    end if;

    if p_keep_seconds is not null then
      select min(coalesce(hard_cap_at, locked_at + make_interval(secs => p_max_seconds)))
        into v_cap
        from seat_claims
        where showtime_id = p_showtime and seat_id = any(p_seats) and user_id = p_user
          and reservation_id is null and kind = 'lock' and expires_at <= clock_timestamp()
          and expires_at > clock_timestamp() - make_interval(secs => p_keep_seconds);
      if v_cap < clock_timestamp() + interval '1 second' then
        return json_build_object('outcome', 'extension_limit', 'maxExpiresAt', v_cap);
      end if;
    end if;

    -- Seats in the order of their ids, so that two who cross wait and never deadlock. First-time
    -- lockers of one seat meet at the primary key; the WHERE sees the row that won, after the wait.
    v_began := date_trunc('milliseconds', clock_timestamp());
    with taken as (
      insert into seat_claims as c
        (showtime_id, seat_id, theater_id, user_id, client, price, price_list_id, locked_at,
          expires_at)
      select p_showtime, s.id, v_show.theater_id, p_user, v_client,
          seat_price(s.seat_type, v_show.price, v_show.premium_price, v_show.vip_price),
          v_show.price_version_id, v_began, v_began + make_interval(secs => p_ttl_seconds)
        from seats s
        where s.id = any(p_seats)
        order by s.id
      on conflict (showtime_id, seat_id) do update set
        user_id = excluded.user_id, client = excluded.client, price = excluded.price,
        price_list_id = excluded.price_list_id, locked_at = excluded.locked_at, paying_id = null,
        kind = 'lock', block_id = null,
        (expires_at, hard_cap_at) = (
          select least(excluded.expires_at, kept.cap), kept.cap
            from (select case
              when c.user_id = excluded.user_id and c.kind = 'lock'
                and c.expires_at > v_began - make_interval(secs => p_keep_seconds)
                then coalesce(c.hard_cap_at, c.locked_at + make_interval(secs => p_max_seconds))
              end) as kept (cap))
        where c.reservation_id is null and c.expires_at <= clock_timestamp()
      returning c.seat_id)
    select coalesce(array_agg(seat_id), '{}') into v_taken from taken;

    v_now := date_trunc('milliseconds', clock_timestamp());
    if v_now - v_began > interval '50 milliseconds' then
      -- The statement waited for another transaction: the lock's time begins when it ended.
      update seat_claims set locked_at = v_now,
          expires_at = least(v_now + make_interval(secs => p_ttl_seconds), hard_cap_at)
        where showtime_id = p_showtime and seat_id = any(v_taken);
    end if;
    v_got := seat_lock_answer(p_user, p_showtime, p_seats, p_max_seconds, v_now);
    if v_got.held = cardinality(p_seats) and v_show.start_time > v_now then
      if p_key is not null then
        perform idempotency_store(
          p_user, p_key, 'showtimes.lockSeats', p_fingerprint, v_got.answer::text);
      end if;
      return json_build_object('outcome', 'ok', 'answer', v_got.answer);
    end if;

    -- All or none: what was taken was free or expired before, which is the same.
    delete from seat_claims where showtime_id = p_showtime and seat_id = any(v_taken);
  end loop;
  return json_build_object('outcome', 'busy');
end $$;
