-- The public value of a payment. What the client does next is not kept; the provider knows it.
create or replace function payment_answer(p_payment uuid) returns json language sql stable as $$
  select json_build_object(
      'id', p.id, 'reservationId', p.reservation_id, 'provider', p.provider, 'status', p.status,
      'amount', p.amount::text, 'currency', p.currency,
      'refunded', (
        select coalesce(sum(amount), 0)::numeric(12, 2)::text from refunds
          where payment_id = p.id and status <> 'failed'),
      'payBefore', r.payment_deadline, 'lastError', p.last_error, 'clientAction', null,
      'createdAt', p.created_at)
    from payments p join reservations r on r.id = p.reservation_id
    where p.id = p_payment
$$;
