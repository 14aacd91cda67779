-- Fills what a search finds a movie by. A trigger, because a generated column would have written the
-- table anew, behind a lock that every list waits for.
create or replace function movie_search_terms() returns trigger language plpgsql as $$
begin
  new.search_terms := search_terms(new.title);
  return new;
end $$;
