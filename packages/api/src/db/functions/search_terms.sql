-- What a search finds a title by: its words, two neighbours written as one, and all of it as one.
create or replace function search_terms(p_title text)
returns integer[] language sql immutable strict parallel safe as $$
  select public.search_variants(words, 2) || public.search_variants(
      array(select words[i] || words[i + 1] from generate_series(1, cardinality(words) - 1) i)
        || array_to_string(words, ''), 1)
    from (select string_to_array(public.search_fold(p_title), ' ') as words) title
$$;
