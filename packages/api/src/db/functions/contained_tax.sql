-- The tax contained in a price, by its rate in basis points; halves are rounded up.
create or replace function contained_tax(p_price numeric, p_rate_bp integer)
returns numeric language sql immutable as $$
  select round(p_price * p_rate_bp / (10000 + p_rate_bp), 2)
$$;
