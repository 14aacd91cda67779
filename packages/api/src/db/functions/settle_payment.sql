-- Brings a payment to where its provider has it: the one way in which money becomes seats. Called with
-- what was fetched from the provider (see payments/provider.ts), any number of times, in any order.
--
-- Returns how many seats it is for, and the outcome: `confirmed` and `reclaimed` have sold the seats, the latter after the locks had
-- ended; `gone` and `mismatch` return the money; `already`: known before; otherwise the status.
create or replace function settle_payment(
  p_payment uuid, p_observed jsonb, p_max_seconds double precision, out outcome text, out seats integer
) language plpgsql volatile as $$
declare
  v_paid payments%rowtype;
  v_reservation reservations%rowtype;
  v_now timestamptz;
begin
  select * into v_paid from payments where id = p_payment;
  select * into v_reservation from reservations where id = v_paid.reservation_id;
  -- The house's order of row locks; the payment belongs to its reservation.
  perform from showtimes where id = v_reservation.showtime_id for key share;
  perform from users where id = v_reservation.user_id for no key update;
  select * into v_reservation from reservations where id = v_reservation.id for update;
  select * into v_paid from payments where id = p_payment for update;
  v_now := date_trunc('milliseconds', clock_timestamp());

  if v_paid.status = 'succeeded' then
    outcome := 'already';
  elsif p_observed->>'status' = 'succeeded' then
    update payments set status = 'succeeded', captured = (p_observed->>'received')::numeric,
        captured_currency = nullif(p_observed->>'currency', currency),
        last_error = null, succeeded_at = v_now, updated_at = v_now
      where id = p_payment
      returning * into v_paid;
    perform note_fact('payment.succeeded', p_payment::text,
      jsonb_build_object('paymentId', p_payment), v_now);
    if v_paid.captured <> v_paid.amount or v_paid.captured_currency is not null then
      outcome := 'mismatch';
    else
      outcome := settle_reservation(v_reservation, v_now);
    end if;
    if outcome in ('gone', 'mismatch') then
      perform return_all(v_paid, outcome, v_now);
      if v_reservation.status = 'pending' then
        perform end_reservation(v_reservation.id,
          case outcome when 'gone' then 'seats_gone' else 'payment_expired' end, null, v_now);
        perform free_paying(v_reservation.id, v_reservation.showtime_id, p_max_seconds);
      end if;
    end if;
    -- Another attempt to pay for the same reservation must not succeed as well.
    insert into outbox (id, kind, key, payload, created_at)
      select gen_random_uuid(), 'payment.unwanted', 'payment.unwanted:' || v_reservation.id,
          jsonb_build_object('reservationId', v_reservation.id), v_now
        from payments
        where showtime_id = v_reservation.showtime_id and reservation_id = v_reservation.id
          and status in ('open', 'processing')
      on conflict (key) do nothing;
  else
    outcome := p_observed->>'status';
    update payments set status = outcome, last_error = left(p_observed->>'lastError', 500),
        updated_at = v_now
      where id = p_payment and status <> 'cancelled'
        and (status, last_error) is distinct from (outcome, left(p_observed->>'lastError', 500));
    if found and p_observed->>'lastError' is not null then
      perform note_fact('payment.failed', p_payment || ':' || extract(epoch from v_now),
        jsonb_build_object('paymentId', p_payment), v_now);
    end if;
  end if;
  perform settle_refunds(v_paid, v_reservation, p_observed, v_now);
  seats := v_reservation.seat_count;
end $$;
