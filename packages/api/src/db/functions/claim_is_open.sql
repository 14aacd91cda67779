-- Whether the desk may sell a seat that is claimed: its lock has ended, the operator has locked it, or it is a
-- house seat of the show.
create or replace function claim_is_open(p_claim seat_claims, p_operator uuid, p_now timestamptz)
returns boolean language sql stable as $$
  select p_claim.reservation_id is null and (p_claim.expires_at <= p_now
    or p_claim.kind = 'lock' and p_claim.user_id = p_operator and p_claim.paying_id is null
    or p_claim.kind = 'block' and exists (
      select from seat_blocks where id = p_claim.block_id and kind = 'house'))
$$;
