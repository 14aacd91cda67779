-- The words of a text, with one space between them: everything else that separates words is taken for
-- one. The characters are listed because classes of them depend on the locale of the database.
create or replace function search_words(p_text text)
returns text language sql immutable strict parallel safe as $$
  select btrim(regexp_replace(p_text,
    '[\s!-/:-@[-`{-\u00bf\u00d7\u00f7\u2000-\u206f\u3000-\u3004\u3008-\u3020\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+',
    ' ', 'g'))
$$;
