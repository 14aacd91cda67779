-- Returns part of a payment: never more than is left of it, refunds under way included. Writes the fact
-- refund.due; a worker asks the provider. What was paid at the desk is paid out of the drawer of the
-- actor, if one is open there, and otherwise waits until it is fetched: no customer stands at the desk when
-- a show is cancelled. The caller holds the reservation.
--
-- p_cause exchanged: the money is moved to another reservation, and nobody is asked.
-- p_at_most: returns what is left when the amount is larger. Returns the refund's amount, and what was
-- left before; an amount of null is a refusal.
create or replace function request_refund(
  p_payment uuid, p_amount numeric, p_at_most boolean, p_cause text, p_reason text, p_actor uuid,
  out amount numeric, out remaining numeric
) language plpgsql volatile as $$
declare
  v_paid payments%rowtype;
  v_refund uuid := gen_random_uuid();
  v_now timestamptz;
  v_shift uuid;
  v_is_done boolean;
begin
  -- Two refunds of one payment meet here.
  select * into v_paid from payments where id = p_payment for update;
  v_now := date_trunc('milliseconds', clock_timestamp());
  remaining := v_paid.captured
    - (select coalesce(sum(f.amount), 0) from refunds f
        where f.payment_id = p_payment and f.status <> 'failed')
    - case when v_paid.dispute = 'lost' then v_paid.disputed else 0 end;
  amount := case
    when p_amount <= remaining then p_amount
    when p_at_most then greatest(remaining, 0) end;
  if amount > 0 then
    if v_paid.provider = 'desk' and p_cause not in ('show_cancelled', 'exchanged') then
      select f.id into v_shift
        from shifts f join theaters h on h.site_id = f.site_id
        where h.id = v_paid.theater_id and f.operator_id = p_actor and f.closed_at is null
        for share of f;
    end if;
    v_is_done := v_shift is not null or p_cause = 'exchanged';
    insert into refunds (id, payment_id, amount, currency, status, cause, reason, requested_by,
        shift_id, created_at, settled_at)
      values (v_refund, p_payment, amount, coalesce(v_paid.captured_currency, v_paid.currency),
        case when v_is_done then 'succeeded' else 'pending' end, p_cause, p_reason, p_actor,
        v_shift, v_now, case when v_is_done then v_now end);
    if v_shift is not null then
      perform note_fact('payment.refunded', p_payment || ':' || v_refund,
        jsonb_build_object('paymentId', p_payment), v_now);
    end if;
    if v_paid.provider = 'desk' or v_is_done then return; end if;
    insert into outbox (id, kind, key, payload, created_at)
      values (gen_random_uuid(), 'refund.due', 'refund.due:' || v_refund,
        jsonb_build_object('refundId', v_refund), v_now);
  end if;
end $$;
