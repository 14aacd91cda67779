-- The public value of a reservation. Of several payments, the first that succeeded, or the latest attempt.
create or replace function reservation_answer(p_reservation uuid) returns json language sql stable as $$
  select json_build_object(
      'id', r.id, 'reference', r.reference, 'status', r.status,
      'showtime', json_build_object(
        'id', t.id, 'startTime', t.start_time, 'endTime', t.end_time,
        'movie', json_build_object('id', m.id, 'title', m.title),
        'theater', json_build_object('id', h.id, 'name', h.name)),
      'seats', line.seats,
      'totalPrice', r.total_price::text, 'currency', r.currency,
      'createdAt', r.created_at, 'cancelledAt', r.cancelled_at,
      'showCancelReason', t.cancel_reason,
      'channel', r.channel, 'contactEmail', r.contact_email, 'customerName', r.customer_name,
      'cancelReason', r.cancel_reason,
      'fees', r.fees::text, 'discount', line.discount, 'tax', line.tax,
      'total', (r.total_price + r.fees)::text,
      'refunded', coalesce(money.refunded, '0.00'),
      'payment', (
        select payment_answer(id) from payments
          where showtime_id = r.showtime_id and reservation_id = r.id
          order by status = 'succeeded' desc, succeeded_at,
            tender is not distinct from 'exchange' desc, created_at desc limit 1),
      'refunds', coalesce(money.refunds, '[]'::json))
    from reservations r
    join showtimes t on t.id = r.showtime_id
    join movies m on m.id = t.movie_id
    join theaters h on h.id = t.theater_id
    cross join lateral (
      select sum(rs.discount)::text as discount, sum(rs.tax)::text as tax,
          json_agg(json_build_object(
            'id', s.id, 'rowLabel', s.row_label, 'seatNumber', s.seat_number,
            'rowIndex', s.row_index, 'position', s.position, 'seatType', s.seat_type,
            'price', rs.price::text,
            'ticketType', json_build_object('id', k.id, 'code', k.code, 'name', k.name),
            'discount', rs.discount::text, 'tax', rs.tax::text, 'cancelledAt', rs.cancelled_at)
          order by s.row_index, s.position) as seats
        from reservation_seats rs
        join seats s on s.id = rs.seat_id
        join ticket_types k on k.id = rs.ticket_type_id
        where rs.reservation_id = r.id) line
    cross join lateral (
      select (sum(f.amount) filter (where f.status <> 'failed'))::text as refunded,
          json_agg(json_build_object(
            'id', f.id, 'amount', f.amount::text, 'status', f.status, 'createdAt', f.created_at)
          order by f.created_at, f.id) as refunds
        from payments p join refunds f on f.payment_id = p.id
        where p.showtime_id = r.showtime_id and p.reservation_id = r.id) money
    where r.id = p_reservation
$$;
