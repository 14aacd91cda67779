-- Movies that a query may mean, for the application to rank: those whose titles have every word of it,
-- give or take typing errors; if there are none, those that write the words as one, or else those whose
-- description has them, and those that lack one of several words, or have a piece of the only one: an
-- error leaves the other pieces whole. The indexes on `movies` answer each condition; which of them help
-- depends on the words, so the statement is made from them.
create or replace function search_movies(p_query text, p_movies uuid[], p_most integer)
returns table (id uuid, folded text, asked text, in_title boolean) language plpgsql stable
-- The planner adds up the variants of a word as if each were another word, and would read all movies.
set enable_seqscan = off as $$
declare
  v_key text := search_words(search_key(p_query));
  v_keys text[] := (string_to_array(v_key, ' '))[1:8];
  v_asked text := search_fold(p_query);
  v_words text[] := (string_to_array(v_asked, ' '))[1:8];
  v_count integer := cardinality(v_words);
  v_spelled text;
  v_conditions text[] := '{}';
  v_others text[] := array_fill(''::text, array[v_count]);
  v_place integer;
  v_piece integer;
  v_find text := 'select x.id, search_fold(x.title), $3, true from (
    select m.id, m.title from movies m
    where m.archived_at is null and ($1 is null or m.id = any($1)) and (%s)
    order by m.search_key = %2$L desc, starts_with(m.search_key, %2$L) desc,
      abs(length(m.search_key) - %3$s), m.id
    limit $2) x';
begin
  if v_count = 0 then
    return query execute format(v_find, format('m.search_key = %L', search_key(p_query)), '', 0)
      using p_movies, p_most, p_query;
    return;
  end if;
  -- Short words first: they have few variants, and rows that lack them are not compared with the others.
  for v_place in select place from unnest(v_words) with ordinality as w (word, place)
      order by length(word), place loop
    v_spelled := format('m.search_terms && %L::integer[]',
      search_variants(v_words[v_place:v_place], 2));
    -- A year of release, beside a title.
    if v_count > 1 and v_words[v_place] ~ '^(18|19|20)\d\d$' then
      v_spelled := format('%s or m.release_date between %L and %L', v_spelled,
        v_words[v_place] || '-01-01', v_words[v_place] || '-12-31');
    end if;
    v_others[v_place] := format('(%s)', v_spelled);
    -- Of two letters the index has nothing to go by; where words are not written apart they are words.
    if length(v_keys[v_place]) > 2 or octet_length(v_keys[v_place]) > length(v_keys[v_place]) then
      v_spelled := format('%s or m.search_key like %L', v_spelled, '%' || v_keys[v_place] || '%');
    end if;
    v_conditions := v_conditions || format('(%s)', v_spelled);
  end loop;
  return query execute format(v_find, array_to_string(v_conditions, ' and '), v_key, length(v_key))
    using p_movies, p_most, v_asked;
  if found then
    return;
  end if;
  -- Words that the title writes as one.
  if v_count > 1 then
    v_spelled := format('m.search_terms && %L::integer[]',
      search_variants(array[array_to_string(v_words, '')], 2));
    return query execute format(v_find, v_spelled, v_key, length(v_key))
      using p_movies, p_most, v_asked;
    if found then
      return;
    end if;
  end if;
  return query
    select m.id, search_fold(m.title), v_asked, false from movies m
      where m.archived_at is null and (p_movies is null or m.id = any(p_movies))
        and to_tsvector('simple', search_key(m.description)) @@ plainto_tsquery('simple', v_key)
      order by m.created_at desc, m.id limit p_most;
  -- Without one of several words, the shortest first.
  for v_place in select place from unnest(v_words) with ordinality as w (word, place)
      where v_count > 1 order by length(word), place loop
    return query execute format(v_find,
        array_to_string(v_others[:v_place - 1] || v_others[v_place + 1:], ' and '), v_key, length(v_key))
      using p_movies, p_most, v_asked;
    if found then
      return;
    end if;
  end loop;
  if v_count = 1 and length(v_key) >= 6 then
    v_piece := length(v_key) / (case when length(v_key) < 9 then 2 else 3 end);
    return query execute format(v_find, (
          select string_agg(format('m.search_key like %L',
              '%' || substr(v_key, at * v_piece + 1, v_piece) || '%'), ' or ')
            from generate_series(0, length(v_key) / v_piece - 1) at),
        v_key, length(v_key))
      using p_movies, p_most, v_asked;
  end if;
end $$;
