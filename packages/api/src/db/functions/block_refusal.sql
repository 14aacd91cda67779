-- Why seats that a block could not take are not free: those that are sold, by reservation; otherwise those
-- that customers have locked. Null when there are none. The caller holds their claims.
create or replace function block_refusal(p_showtime uuid, p_seats uuid[])
returns json language sql volatile as $$
  with taken as (
    select s.id, s.row_index, s.position, c.reservation_id
      from unnest(p_seats) wanted
      join seats s on s.id = wanted
      join seat_claims c on c.showtime_id = p_showtime and c.seat_id = s.id),
  sold as (
    select r.id, r.reference, r.created_at,
        json_agg(t.id order by t.row_index, t.position) as seats
      from taken t join reservations r on r.id = t.reservation_id
      group by r.id)
  select case
    when exists (select from sold) then json_build_object('outcome', 'seats_sold',
      'reservations', (
        select json_agg(json_build_object('id', id, 'reference', reference, 'seatIds', seats)
            order by created_at, id)
          from sold))
    when exists (select from taken) then json_build_object('outcome', 'seats_unavailable',
      'seats', (
        select json_agg(json_build_object('seatId', id, 'reason', 'locked')
            order by row_index, position)
          from taken)) end
$$;
