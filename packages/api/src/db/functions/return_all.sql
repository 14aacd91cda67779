-- Returns everything that a payment has brought: nothing is sold for it. Writes the fact refund.due.
create or replace function return_all(p_paid payments, p_outcome text, p_now timestamptz)
returns void language plpgsql volatile as $$
begin
  if p_outcome = 'mismatch' then
    perform open_incident('amount_mismatch', p_paid.id::text, p_paid.id,
      jsonb_build_object('amount', p_paid.amount::text, 'currency', p_paid.currency,
        'received', p_paid.captured::text,
        'receivedCurrency', coalesce(p_paid.captured_currency, p_paid.currency)),
      p_now);
  end if;
  perform request_refund(p_paid.id, p_paid.captured, true,
    case p_outcome when 'gone' then 'seats_gone' else 'amount_mismatch' end, null, null);
end $$;
