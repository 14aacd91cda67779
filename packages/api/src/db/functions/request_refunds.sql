-- Returns money of a reservation that has several payments: of the first one first, as request_refund does
-- with each. While a payment is disputed, its money is the bank's to return. The caller holds the
-- reservation. Returns the sum, which is less than p_amount when less is left.
create or replace function request_refunds(
  p_reservation uuid, p_amount numeric, p_cause text, p_reason text, p_actor uuid
) returns numeric language plpgsql volatile as $$
declare
  v_payment uuid;
  v_left numeric := p_amount;
begin
  for v_payment in
    select p.id from payments p join reservations r on r.id = p.reservation_id
      where r.id = p_reservation and p.showtime_id = r.showtime_id and p.status = 'succeeded'
        and p.dispute is distinct from 'open'
      order by p.succeeded_at, p.tender is not distinct from 'exchange' desc, p.id
  loop
    exit when v_left <= 0;
    v_left := v_left
      - (select amount from request_refund(v_payment, v_left, true, p_cause, p_reason, p_actor));
  end loop;
  return p_amount - v_left;
end $$;
