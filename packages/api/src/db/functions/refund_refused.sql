-- Notes that the provider will not make a refund, whatever is tried.
create or replace function refund_refused(p_refund uuid, p_reason text)
returns void language plpgsql volatile as $$
declare
  v_refund refunds%rowtype;
  v_now timestamptz;
begin
  perform from reservations r
    where r.id = (
      select p.reservation_id from refunds f join payments p on p.id = f.payment_id
        where f.id = p_refund)
    for update;
  perform from payments
    where id = (select payment_id from refunds where id = p_refund) for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  update refunds set status = 'failed', settled_at = v_now
    where id = p_refund and status = 'pending'
    returning * into v_refund;
  if found then
    perform refund_is_lost(v_refund, p_reason, v_now);
  end if;
end $$;
