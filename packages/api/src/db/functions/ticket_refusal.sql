-- Why tickets of these types cannot be sold together for a show; null when they can. An adult is a type
-- that people of 18 years may use.
--
-- p_types: the type of each ticket; p_foreign: one that is not in the price list.
create or replace function ticket_refusal(p_showtime uuid, p_types uuid[], p_foreign uuid)
returns json language sql stable as $$
  with ticket as (
    select k.id, k.max_age, k.with_adult, k.min_per_booking, count(*) as tickets, min(w.place) as place
      from unnest(p_types) with ordinality as w (id, place) join ticket_types k on k.id = w.id
      group by k.id),
  party as (
    select coalesce(bool_or(max_age is null or max_age >= 18), false) as has_adult from ticket),
  problem as (
    select 1 as rank, 0 as place, json_build_object('outcome', 'ticket_type_not_allowed',
        'ticketTypeId', p_foreign, 'reason', 'It is not in the price list of the show.') as refusal
      where p_foreign is not null
    union all
    select 2, place, json_build_object('outcome', 'ticket_type_not_allowed', 'ticketTypeId', id,
        'reason', 'It is sold in groups of at least ' || min_per_booking || '.')
      from ticket where tickets < min_per_booking
    union all
    select 3, place, json_build_object('outcome', 'ticket_type_not_allowed', 'ticketTypeId', id,
        'reason', 'It is sold together with an adult only.')
      from ticket, party where with_adult and not has_adult
    union all
    select 4, place, json_build_object('outcome', 'age_restricted', 'minimumAge', m.minimum_age)
      from ticket, party, showtimes t join movies m on m.id = t.movie_id
      where t.id = p_showtime and max_age < m.minimum_age
        and (m.age_rule = 'restricted' or m.age_rule = 'accompanied' and not has_adult))
  select refusal from problem order by rank, place limit 1
$$;
