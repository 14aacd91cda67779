-- When a seat lock ends for its holder. While the seat is being paid for, the last minute is the
-- reaper's: in it the payment is ended at the provider before another customer can have the seat.
create or replace function lock_end(p_expires timestamptz, p_paying uuid)
returns timestamptz language sql immutable as $$
  select case when p_paying is null then p_expires else p_expires - interval '60 seconds' end
$$;
