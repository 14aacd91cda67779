-- States that must never occur. Each query returns the rows that break a guarantee; in a sound
-- database all of them return nothing. A query starts at its `-- name:` line. Instants are judged by the database's
-- clock. They are run after every test file and after every fault, and may be run at any time.

-- name: I1 a seat of a showtime is in at most one confirmed reservation
select rs.showtime_id, rs.seat_id, count(*) as reservations
from reservation_seats rs join reservations r on r.id = rs.reservation_id
where r.status = 'confirmed' and rs.cancelled_at is null
group by rs.showtime_id, rs.seat_id having count(*) > 1;

-- name: I2 a claim is a lock of one user, a block, or the sale of one reservation
select showtime_id, seat_id from seat_claims
where (reservation_id is not null and (expires_at is not null or paying_id is not null))
  or (reservation_id is null and kind <> 'block' and expires_at is null);

-- Claims of shows that ended are removed some days later.
-- name: I1 every seat of a confirmed reservation is claimed by it until its show is over
select rs.reservation_id, rs.seat_id
from reservation_seats rs
join reservations r on r.id = rs.reservation_id and r.status = 'confirmed'
  and rs.cancelled_at is null
join showtimes t on t.id = r.showtime_id and t.end_time > clock_timestamp() - interval '2 days'
left join seat_claims c on c.showtime_id = rs.showtime_id and c.seat_id = rs.seat_id
  and c.reservation_id = rs.reservation_id
where c.seat_id is null;

-- name: I9 every sold claim stands in a live reservation of its holder
select c.showtime_id, c.seat_id, c.reservation_id
from seat_claims c
left join reservation_seats rs on rs.reservation_id = c.reservation_id and rs.seat_id = c.seat_id
  and rs.cancelled_at is null
left join reservations r on r.id = rs.reservation_id and r.status = 'confirmed'
  and r.user_id = c.user_id
where c.reservation_id is not null and r.id is null;

-- name: I3 what was confirmed was locked before, and not confirmed after the start
select r.id from reservations r
join reservation_events e on e.reservation_id = r.id and e.step = 'confirmed'
join showtimes t on t.id = r.showtime_id
left join seat_claims c on c.reservation_id = r.id
where c.locked_at > e.created_at;

-- name: I4 every seat of a reservation belongs to the theater of the showtime
select rs.reservation_id, rs.seat_id
from reservation_seats rs
join reservations r on r.id = rs.reservation_id
join showtimes t on t.id = r.showtime_id
join seats s on s.id = rs.seat_id
where s.theater_id <> t.theater_id or rs.showtime_id <> r.showtime_id;

-- name: I4 every claimed seat belongs to the theater of the showtime
select c.showtime_id, c.seat_id
from seat_claims c join showtimes t on t.id = c.showtime_id join seats s on s.id = c.seat_id
where s.theater_id <> t.theater_id;

-- name: I5 a reservation has the seats it says it has, and at least one
select r.id, r.seat_count, count(rs.seat_id) as seats
from reservations r left join reservation_seats rs on rs.reservation_id = r.id
group by r.id having count(rs.seat_id) <> r.seat_count or r.seat_count < 1;

-- name: I6 the total is the sum of the seats
select r.id, r.total_price, sum(rs.price) as seats
from reservations r join reservation_seats rs on rs.reservation_id = r.id
group by r.id having r.total_price <> sum(rs.price);

-- name: I6 no amount is negative or not a number
select id from reservations where total_price < 0 or total_price = 'NaN'
union all select reservation_id from reservation_seats where price < 0 or price = 'NaN'
union all select id from showtimes where price < 0 or price = 'NaN'
  or premium_price < 0 or premium_price = 'NaN' or vip_price < 0 or vip_price = 'NaN';

-- name: I7 what is charged is the price fixed at the lock
select c.showtime_id, c.seat_id, c.price, rs.price as charged
from seat_claims c
join reservation_seats rs on rs.reservation_id = c.reservation_id and rs.seat_id = c.seat_id
where c.price <> rs.price;

-- name: I8 a cancelled reservation holds no seat
select r.id, c.seat_id from reservations r join seat_claims c on c.reservation_id = r.id
where r.status = 'cancelled';

-- name: I14 the user of every claim and of every stored answer is there
select user_id from seat_claims where user_id not in (select id from users)
union all select user_id from idempotency_keys where user_id not in (select id from users);

-- name: I9 a showtime that has not ended has the seats of its theater
select s.id, s.total_seats, t.total_seats as theater_seats
from showtimes s join theaters t on t.id = s.theater_id
where s.end_time > clock_timestamp() and s.archived_at is null
  and s.total_seats <> t.total_seats;

-- name: I9 a theater has the seats it says it has
select t.id, t.total_seats, count(s.id) as seats
from theaters t left join seats s on s.theater_id = t.id and s.archived_at is null
where t.archived_at is null
group by t.id having count(s.id) <> t.total_seats;

-- name: I10 no lock lasts longer than its clock allows
select showtime_id, seat_id, locked_at, expires_at from seat_claims
where reservation_id is null
  and (expires_at < locked_at or locked_at > clock_timestamp() + interval '1 second');

-- name: I13 no two showtimes of a theater overlap, cleaning included
select a.id, b.id as other
from showtimes a
join showtimes b on b.theater_id = a.theater_id and b.id > a.id
  and tstzrange(a.start_time, a.blocked_until) && tstzrange(b.start_time, b.blocked_until)
where a.cancelled_at is null and b.cancelled_at is null
  and a.archived_at is null and b.archived_at is null;

-- name: I14 what was sold is still there
select rs.reservation_id, rs.seat_id
from reservation_seats rs
left join seats s on s.id = rs.seat_id
left join showtimes t on t.id = rs.showtime_id
left join movies m on m.id = t.movie_id
left join theaters h on h.id = t.theater_id
where s.id is null or t.id is null or m.id is null or h.id is null;

-- name: I15 a disabled user has no session and no seat lock
select u.id from users u
where u.disabled_at is not null and (
  exists (select from sessions where user_id = u.id)
  or exists (
    select from seat_claims
    where user_id = u.id and reservation_id is null and kind <> 'block'));

-- name: I18 each step of a reservation left one audit row, in order
select r.id, r.status from reservations r
left join reservation_events confirmed on confirmed.reservation_id = r.id
  and confirmed.step = 'confirmed'
left join reservation_events cancelled on cancelled.reservation_id = r.id
  and cancelled.step = 'cancelled'
where (r.status = 'confirmed' and (confirmed.step is null or cancelled.step is not null))
  or (r.status = 'cancelled' and cancelled.step is null)
  or cancelled.created_at < confirmed.created_at;

-- A payment that was begun before the start may become known after it; the desk sells after the start.
-- name: I19 nothing was created after the start, or confirmed after the end
select r.id from reservations r
join showtimes t on t.id = r.showtime_id
cross join lateral (
  select min(created_at) as created, max(created_at) filter (where step = 'confirmed') as confirmed
    from reservation_events
    where reservation_id = r.id and step in ('pending', 'confirmed')) e
where r.status <> 'cancelled'
  and (e.created >= t.start_time and r.channel = 'web' or e.confirmed >= t.end_time);

-- name: I37 the price is the list price less the discount, and a sale that costs nothing is paid with nothing
select p.id from payments p join reservations r on r.id = p.reservation_id
where p.tender = 'comp' and (p.amount <> 0 or r.total_price <> 0);

-- name: I21 an active administrator remains once there was one
select 'no active administrator' as problem
where exists (select from users where role = 'admin')
  and not exists (select from users where role = 'admin' and disabled_at is null);

-- name: a cancelled showtime holds nobody
select t.id, c.seat_id from showtimes t join seat_claims c on c.showtime_id = t.id
where t.cancelled_at is not null;

-- name: I16 a key without an answer is reserved, and one with an answer is not
select user_id, key from idempotency_keys where (answer is null) = (leased_until is null);

-- name: I39 a fact about a reservation names a step that the reservation took
select o.id, o.key from outbox o
left join reservation_events e on e.reservation_id = (o.payload->>'reservationId')::uuid
  and e.step = split_part(o.kind, '.', 2)
where o.kind in ('reservation.confirmed', 'reservation.cancelled') and e.step is null;

-- Facts are kept for a week; reservations of the demo data, older than all facts, have none.
-- name: I39 every step of a reservation since the first fact has written its fact
select e.reservation_id, e.step
from reservation_events e, (select min(created_at) as at from outbox) first
where e.step <> 'pending' and e.created_at > first.at and e.created_at > clock_timestamp() - interval '6 days'
  and not exists (
    select from outbox where key = 'reservation.' || e.step || ':' || e.reservation_id);

-- name: I39 a delivery belongs to a fact that has been expanded
select d.id from deliveries d join outbox o on o.id = d.outbox_id where o.expanded_at is null;

-- name: I10 a lock that is paid for belongs to a pending reservation of its holder
select c.showtime_id, c.seat_id from seat_claims c
left join reservations r on r.id = c.paying_id and r.user_id = c.user_id
left join reservation_seats rs on rs.reservation_id = r.id and rs.seat_id = c.seat_id
where c.paying_id is not null and (rs.seat_id is null or r.status <> 'pending');

-- name: I27 money that was received less refunds is the price of what is sold and what was kept
select r.id, money.captured, money.returned, r.total_price, entries.prices, entries.kept
from reservations r
cross join lateral (
  select sum(p.captured - case when p.dispute = 'lost' then p.disputed else 0 end) as captured,
      sum((select coalesce(sum(f.amount), 0) from refunds f
        where f.payment_id = p.id and f.status <> 'failed')) as returned
    from payments p where p.reservation_id = r.id) money
cross join lateral (
  select coalesce(sum(price) filter (where kind = 'seats_cancelled'), 0) as prices,
      coalesce(sum(kept), 0) as kept
    from reservation_log where reservation_id = r.id) entries
where money.captured is not null
  and money.captured - money.returned <>
    case when r.status = 'confirmed' then r.total_price + r.fees - entries.prices else 0 end
    + entries.kept
  and not exists (
    select from payments p join incidents i on i.payment_id = p.id
    where p.reservation_id = r.id and i.resolved_at is null);

-- name: I28 a message of a provider was written into the outbox once
select ref from provider_events e
where ref is not null and received_at > clock_timestamp() - interval '6 days'
  and not exists (
    select from outbox where key = 'provider.reported:' || e.provider || ':' || e.event_id);

-- A refund that was made elsewhere is a fact, whatever is left; it has an incident.
-- name: I29 no more is returned than was received
select p.id, p.captured, sum(f.amount) as returned
from payments p join refunds f on f.payment_id = p.id and f.status <> 'failed'
group by p.id
having sum(f.amount) > p.captured and not exists (
  select from incidents i where i.payment_id = p.id and i.kind = 'refund_elsewhere');

-- name: I30 money without seats is returned
select p.id, p.captured from payments p
join reservations r on r.id = p.reservation_id
where p.status = 'succeeded' and p.captured > 0 and r.status <> 'confirmed'
  and not exists (select from refunds f where f.payment_id = p.id)
  and not exists (select from reservation_log l where l.reservation_id = r.id);

-- Seats that were moved to cheaper ones have cost more before. A payment that came too often is returned whole.
-- name: I30 nothing is sold for another amount or currency
select r.id, paid.captured, r.total_price, r.fees, moved.cheaper
from reservations r
cross join lateral (
  select sum(p.captured - returned.amount) filter (
      where p.currency = r.currency and p.captured_currency is null) as captured
    from payments p
    cross join lateral (
      select coalesce(sum(amount), 0) as amount from refunds
        where payment_id = p.id and cause in ('seats_gone', 'amount_mismatch')) returned
    where p.reservation_id = r.id and p.status = 'succeeded') paid
cross join lateral (
  select coalesce(sum(greatest(-(data->>'difference')::numeric, 0)), 0) as cheaper
    from reservation_log where reservation_id = r.id and kind = 'reseated') moved
where r.status = 'confirmed'
  and exists (select from payments where reservation_id = r.id and status = 'succeeded')
  and paid.captured is distinct from r.total_price + r.fees + moved.cheaper;

-- name: I27 what was exchanged for another reservation has come from one
select moved.gone, moved.come from (
  select coalesce(sum(amount), 0) as gone, (
      select coalesce(sum(captured), 0) from payments where tender = 'exchange') as come
    from refunds where cause = 'exchanged') moved
where moved.gone <> moved.come;

-- name: I30 what was to be paid for is paid for
select r.id from reservations r
where r.status = 'confirmed' and r.payment_deadline is not null
  and not exists (select from payments where reservation_id = r.id and status = 'succeeded');

-- name: I37 the parts of a price add up
select rs.reservation_id, rs.seat_id from reservation_seats rs
where rs.tax <> contained_tax(rs.price, rs.tax_rate_bp);

-- name: the seats of a cancelled entry are those of the reservation
select r.id from reservations r
join reservation_log l on l.reservation_id = r.id and l.kind = 'seats_cancelled'
where r.status = 'confirmed'
group by r.id
having sum(l.seats) <> (
  select count(*) from reservation_seats rs
  where rs.reservation_id = r.id and rs.cancelled_at is not null);

-- name: I34 a blocked seat is blocked by a block of its show, until its release
select c.showtime_id, c.seat_id from seat_claims c
left join seat_blocks b on b.id = c.block_id and b.showtime_id = c.showtime_id
  and b.theater_id = c.theater_id and b.release_at is not distinct from c.expires_at
where (c.kind = 'block' or c.block_id is not null)
  and (b.id is null or c.kind <> 'block' or c.reservation_id is not null);

-- name: I34 seats offered, sold, locked, blocked and free are the seats of a show to come
select t.id, t.total_seats, claimed.*, unclaimed.* from showtimes t
cross join lateral (
  select count(*) filter (where kind = 'offer') as offered,
      count(*) filter (where reservation_id is not null) as sold,
      count(*) filter (where kind = 'lock' and reservation_id is null) as locked,
      count(*) filter (where kind = 'block') as blocked
    from seat_claims
    where showtime_id = t.id and (expires_at is null or expires_at > statement_timestamp())) claimed
cross join lateral (
  select count(*) filter (where out_of_order) as out_of_order,
      count(*) filter (where not out_of_order) as free
    from seats s
    where theater_id = t.theater_id and archived_at is null and not exists (
      select from seat_claims
      where showtime_id = t.id and seat_id = s.id
        and (expires_at is null or expires_at > statement_timestamp()))) unclaimed
where t.end_time > clock_timestamp() and t.archived_at is null
  and offered + sold + locked + blocked + out_of_order + free <> t.total_seats;

-- name: I31 a ticket is never inside twice
select a.id, b.id as other from check_ins a
join check_ins b on b.reservation_id = a.reservation_id and b.seat_id = a.seat_id and b.id > a.id
where a.type = 'entry' and a.result = 'admitted' and a.undone_at is null
  and b.type = 'entry' and b.result = 'admitted' and b.undone_at is null
  and a.scanned_at < coalesce(b.ended_at, 'infinity') and b.scanned_at < coalesce(a.ended_at, 'infinity');
