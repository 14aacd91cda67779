-- Notes that a refund did not reach the customer: the money is the cinema's again, and a person has to
-- return it another way. The caller holds the payment and has marked the refund.
create or replace function refund_is_lost(p_refund refunds, p_reason text, p_now timestamptz)
returns void language plpgsql volatile as $$
declare
  v_reservation reservations%rowtype;
begin
  update refunds set last_error = left(p_reason, 500) where id = p_refund.id;
  perform open_incident(
    case when p_refund.cause in ('seats_gone', 'amount_mismatch') then 'paid_without_seats'
      else 'provider_differs' end,
    p_refund.id::text, p_refund.payment_id,
    jsonb_build_object('refundId', p_refund.id, 'amount', p_refund.amount::text,
      'reason', coalesce(p_reason, 'the provider could not return the money')),
    p_now);
  select r.* into v_reservation
    from payments p join reservations r on r.id = p.reservation_id
    where p.id = p_refund.payment_id;
  perform log_money(v_reservation, 'refund_failed', p_refund.amount,
    jsonb_build_object('refundId', p_refund.id), p_now);
end $$;
