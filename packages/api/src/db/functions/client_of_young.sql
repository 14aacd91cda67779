-- The client that an account's seat locks are counted under; null when they are not: administrators,
-- and accounts that are a day old. A guest is young at any age.
create or replace function client_of_young(p_client bigint, p_role text, p_created_at timestamptz)
returns bigint language sql volatile as $$
  select p_client
    where p_role = 'guest'
      or p_role not in ('admin', 'staff') and p_created_at > clock_timestamp() - interval '1 day'
$$;
