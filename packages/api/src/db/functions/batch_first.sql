-- For each request of a batch whether it is the first one of its user and the first to ask for each of
-- its seats: nothing that another request of the batch does can change what becomes of it.
create or replace function batch_first(p_users uuid[], p_showtimes uuid[], p_seats text[])
returns boolean[] language plpgsql volatile set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select array_agg(is_first order by place) from (
      select place, max(of_user) = 1 and max(of_seat) = 1 as is_first from (
        select place,
            dense_rank() over (partition by user_id order by place) as of_user,
            row_number() over (partition by showtime_id, seat_id order by place) as of_seat
          from (
            select place, user_id, showtime_id, unnest(seats::uuid[]) as seat_id
              from unnest(p_users, p_showtimes, p_seats)
                with ordinality as u (user_id, showtime_id, seats, place)) asked) ranked
        group by place) judged);
end $$;
