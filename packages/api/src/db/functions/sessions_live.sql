-- For each caller whether the session is alive: it is the user's, whose account is not disabled, and
-- neither it nor the token has ended by this clock.
create or replace function sessions_live(
  p_sessions uuid[], p_users uuid[], p_tokens_end timestamptz[]
) returns boolean[] language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select array_agg(
        c.token_ends > clock_timestamp() and exists (
          select from sessions s join users u on u.id = s.user_id
            where s.id = c.session_id and s.user_id = c.user_id
              and s.expires_at > clock_timestamp() and u.disabled_at is null)
        order by c.place)
      from unnest(p_sessions, p_users, p_tokens_end)
        with ordinality as c (session_id, user_id, token_ends, place));
end $$;
