import { Migration } from '@mikro-orm/migrations';

/** Each can be repeated, and holds its lock for itself alone. */
const before = [
  'create extension if not exists pg_trgm',
  'alter table "movies" add column if not exists "search_terms" integer[] null',
];

const trigger = [
  'drop trigger if exists movie_search_terms on movies',
  `create trigger movie_search_terms before insert or update of title on movies
     for each row execute function movie_search_terms()`,
];

/** Rows in one statement. */
const batchSize = 500;

const fill = `update movies set search_terms = search_terms(title)
  where id in (select id from movies where search_terms is null order by id limit ${batchSize})
  returning id`;

/** A build that was cut off leaves an index that is not valid. */
const index = (name: string, on: string) => [
  `drop index if exists ${name}`,
  `create index concurrently ${name} on movies using gin ${on}`,
];

const after = [
  ...index('idx_movies_search_terms', '(search_terms) with (fastupdate = off)'),
  ...index('idx_movies_search_key', '(search_key gin_trgm_ops)'),
  ...index('idx_movies_description', `(to_tsvector('simple', search_key(description)))`),
];

/** Frozen copies of `functions/*.sql` as they were then. */
const functions = [
  /* sql */ `
CREATE OR REPLACE FUNCTION public.movie_search_terms()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.search_terms := search_terms(new.title);
  return new;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.search_fold(p_text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select btrim(replace(replace(replace(replace(replace(replace(replace(
    ' ' || public.search_words(translate(
    regexp_replace(public.search_key(p_text),
      '[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0640\\u064b-\\u065f\\u0670\\u093c\\u0e47-\\u0e4e\\u30fc]+',
      '', 'g'),
    'أإآٱةىیکؤئךםןףץऩऱऴँ' ||
    'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノ' ||
    'ハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴ',
    'ااااهييكويכמנפצनरळं' ||
    'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねの' ||
    'はばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔ')) || ' ',
    ' ii ', ' 2 '), ' iii ', ' 3 '), ' iv ', ' 4 '), ' vi ', ' 6 '), ' vii ', ' 7 '), ' viii ', ' 8 '),
    ' ix ', ' 9 '))
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.search_movies(p_query text, p_movies uuid[], p_most integer)
 RETURNS TABLE(id uuid, folded text, asked text, in_title boolean)
 LANGUAGE plpgsql
 STABLE
 SET enable_seqscan TO 'off'
AS $function$
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
    if v_count > 1 and v_words[v_place] ~ '^(18|19|20)\\d\\d$' then
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
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.search_terms(p_title text)
 RETURNS integer[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select public.search_variants(words, 2) || public.search_variants(
      array(select words[i] || words[i + 1] from generate_series(1, cardinality(words) - 1) i)
        || array_to_string(words, ''), 1)
    from (select string_to_array(public.search_fold(p_title), ' ') as words) title
$function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.search_variants(p_words text[], p_most integer)
 RETURNS integer[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
declare
  v_found integer[] := '{}';
  v_word text;
  v_rest text;
  v_length integer;
  v_most integer;
begin
  foreach v_word in array p_words loop
    v_length := length(v_word);
    v_most := least(p_most, case
      when v_length < 3 or v_length > 32 then 0
      when v_length < 7 or v_length > 16 then 1
      else 2 end);
    v_found := v_found || hashtext(v_word);
    if v_most > 0 then
      for i in 1 .. v_length loop
        v_rest := left(v_word, i - 1) || substr(v_word, i + 1);
        v_found := v_found || hashtext(v_rest);
        if v_most > 1 then
          for j in i .. v_length - 1 loop
            v_found := v_found || hashtext(left(v_rest, j - 1) || substr(v_rest, j + 1));
          end loop;
        end if;
      end loop;
    end if;
  end loop;
  return v_found;
end $function$
`,
  /* sql */ `
CREATE OR REPLACE FUNCTION public.search_words(p_text text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  select btrim(regexp_replace(p_text,
    '[\\s!-/:-@[-\`{-\\u00bf\\u00d7\\u00f7\\u2000-\\u206f\\u3000-\\u3004\\u3008-\\u3020\\u30fb\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65]+',
    ' ', 'g'))
$function$
`,
];

/**
 * What a search finds movies by, with typing errors and by parts of their titles and descriptions. Writes
 * every movie once, some hundreds at a time.
 */
export class Search extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override async up(): Promise<void> {
    // A function may call one that is created after it.
    const loose = 'set check_function_bodies = off';
    for (const statement of [...before, loose, ...functions, ...trigger]) {
      await this.execute(statement);
    }
    for (;;) {
      const rows = (await this.execute(fill)) as unknown as { id: string }[];
      if (rows.length === 0) {
        break;
      }
    }
    for (const statement of after) {
      await this.execute(statement);
    }
  }

  override down(): void {
    throw new Error('Not taken back: the release before works on this schema.');
  }
}
