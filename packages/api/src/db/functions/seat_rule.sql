-- Which rule of seats with features a request breaks; null when it breaks none. The first of:
-- accessibility_not_asked: a wheelchair place without p_accessibility; companion_alone: a companion
-- seat, and no wheelchair place of the party beside it; too_many_companions: more than three for each
-- wheelchair place; pair_split: half of a love seat, which is two seats side by side.
--
-- The party are the seats asked for and those that the user has locked or bought in the showtime. Its
-- wheelchair places and companion seats belong together while they are side by side, so that the
-- second companion sits beside the first.
--
-- p_accessibility: null from servers of the release before, whose customers are told that the seats
-- are not for sale.
create or replace function seat_rule(
  p_user uuid, p_showtime uuid, p_seats uuid[], p_accessibility boolean
) returns json language sql volatile as $$
  with own as materialized (
    select id, theater_id, row_index, position, features, id = any(p_seats) as is_wanted
      from seats
      where archived_at is null and id in (
        select unnest(p_seats)
        union all
        select seat_id from seat_claims
          where showtime_id = p_showtime and user_id = p_user
            and (reservation_id is not null or expires_at > clock_timestamp()))),
  place as (
    select *, position - row_number() over (partition by row_index order by position) as run
      from own where features && '{wheelchair,companion}'),
  party as (
    select row_index, run,
        count(*) filter (where 'wheelchair' = any(features)) as wheelchairs,
        count(*) filter (where 'companion' = any(features)) as companions
      from place group by row_index, run),
  half as (
    -- Love seats that stand in one run are paired from its left.
    select id, row_index, run,
        (row_number() over (partition by row_index, run order by position) - 1) / 2 as number
      from (
        select id, row_index, position,
            position - row_number() over (partition by row_index order by position) as run
          from seats
          where theater_id = (select theater_id from own limit 1) and archived_at is null
            and 'pair' = any(features)) pairs),
  problem as (
    select 1 as rank, 'accessibility_not_asked' as rule, id, row_index, position
      from own
      where is_wanted and 'wheelchair' = any(features) and p_accessibility is not true
    union all
    select case when wheelchairs = 0 then 2 else 3 end,
        case when wheelchairs = 0 then 'companion_alone' else 'too_many_companions' end,
        id, row_index, position
      from place join party using (row_index, run)
      where is_wanted and 'companion' = any(features) and companions > 3 * wheelchairs
    union all
    select 4, 'pair_split', own.id, own.row_index, own.position
      from own join half using (id)
      where is_wanted and not exists (
        select from half other join own mine on mine.id = other.id
          where (other.row_index, other.run, other.number) = (half.row_index, half.run, half.number)
            and other.id <> half.id))
  select case
      when p_accessibility is null then json_build_object('outcome', 'seats_unavailable', 'seats',
        json_agg(json_build_object('seatId', id, 'reason', 'blocked') order by row_index, position))
      else json_build_object('outcome', 'seat_rule', 'rule', rule,
        'seatIds', json_agg(id order by row_index, position)) end
    from problem group by rank, rule order by rank limit 1
$$;
