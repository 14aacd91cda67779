-- Brings the refunds and the dispute of a payment to where its provider has them. The caller holds the
-- reservation and the payment. A refund or a dispute that was not ours becomes an incident.
create or replace function settle_refunds(
  p_paid payments, p_reservation reservations, p_observed jsonb, p_now timestamptz
) returns void language plpgsql volatile as $$
declare
  v_seen record;
  v_ours refunds%rowtype;
  v_dispute text := p_observed->'dispute'->>'status';
  v_disputed numeric := (p_observed->'dispute'->>'amount')::numeric;
  v_lost numeric;
begin
  for v_seen in
    select * from jsonb_to_recordset(coalesce(p_observed->'refunds', '[]')) as r (
      ref text, "refundId" text, status text, amount numeric, reason text)
  loop
    select * into v_ours from refunds
      where payment_id = p_paid.id and (id::text = v_seen."refundId" or provider_ref = v_seen.ref);
    if not found then
      insert into refunds (id, payment_id, amount, currency, status, cause, reason, provider_ref,
          created_at, settled_at)
        values (gen_random_uuid(), p_paid.id, v_seen.amount,
          coalesce(p_paid.captured_currency, p_paid.currency), v_seen.status, 'elsewhere',
          v_seen.reason, v_seen.ref, p_now, case when v_seen.status <> 'pending' then p_now end);
      perform open_incident('refund_elsewhere', v_seen.ref, p_paid.id,
        jsonb_build_object('refund', v_seen.ref, 'amount', v_seen.amount::text), p_now);
      if v_seen.status = 'succeeded' then
        perform note_fact('payment.refunded', p_paid.id || ':' || v_seen.ref,
          jsonb_build_object('paymentId', p_paid.id), p_now);
      end if;
      if v_seen.status <> 'failed' then
        perform log_money(p_reservation, 'refunded', -v_seen.amount,
          jsonb_build_object('refund', v_seen.ref), p_now);
      end if;
    elsif v_ours.status <> 'pending' and v_seen.status = 'pending' then
      -- An observation that a newer one has overtaken.
      continue;
    elsif v_ours.status <> v_seen.status or v_ours.provider_ref is null then
      update refunds set status = v_seen.status, provider_ref = v_seen.ref,
          settled_at = case when v_seen.status <> 'pending' then p_now end
        where id = v_ours.id;
      if v_seen.status = 'succeeded' and v_ours.status <> 'succeeded' then
        perform note_fact('payment.refunded', p_paid.id || ':' || v_ours.id,
          jsonb_build_object('paymentId', p_paid.id), p_now);
      end if;
      if v_seen.status = 'failed' and v_ours.status <> 'failed' then
        perform refund_is_lost(v_ours, v_seen.reason, p_now);
      elsif v_ours.status = 'failed' and v_seen.status <> 'failed' then
        -- It was given up, and made nevertheless.
        perform log_money(p_reservation, 'refunded', -v_ours.amount,
          jsonb_build_object('refundId', v_ours.id), p_now);
      end if;
    end if;
  end loop;

  if v_dispute is not null
      and (v_dispute, v_disputed) is distinct from (p_paid.dispute, p_paid.disputed) then
    update payments set dispute = v_dispute, disputed = v_disputed, updated_at = p_now
      where id = p_paid.id;
    perform note_fact('payment.disputed', concat_ws(':', p_paid.id, v_dispute, v_disputed),
      jsonb_build_object('paymentId', p_paid.id), p_now);
    perform open_incident('dispute', p_paid.id::text, p_paid.id,
      jsonb_build_object('amount', v_disputed::text), p_now);
    v_lost := case when v_dispute = 'lost' then v_disputed else 0 end
      - case when p_paid.dispute = 'lost' then p_paid.disputed else 0 end;
    if v_lost <> 0 then
      perform log_money(p_reservation,
        case when v_lost > 0 then 'charged_back' else 'charge_back_won' end, -v_lost, '{}', p_now);
    end if;
  end if;
end $$;
