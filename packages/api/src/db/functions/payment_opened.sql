-- Notes where a payment was opened. Returns false when the reservation is not waiting for it any more,
-- or another request was faster: then the payment must be ended at the provider.
create or replace function payment_opened(p_payment uuid, p_provider text, p_ref text)
returns boolean language plpgsql volatile as $$
declare
  v_reservation uuid;
begin
  select reservation_id into v_reservation from payments where id = p_payment;
  perform from reservations where id = v_reservation and status = 'pending' for no key update;
  if not found then
    return false;
  end if;
  update payments set provider = p_provider, provider_ref = p_ref,
      updated_at = clock_timestamp()
    where id = p_payment and status in ('open', 'processing')
      and (provider_ref is null or (provider = p_provider and provider_ref = p_ref));
  return found;
end $$;
