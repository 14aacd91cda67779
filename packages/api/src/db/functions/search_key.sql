-- A title as a search compares it: without case, accents and ligatures. Letters that Unicode does not
-- take apart are replaced by those that people type for them.
create or replace function search_key(p_text text)
returns text language sql immutable strict parallel safe as $$
  select case
    when octet_length(p_text) = length(p_text) then lower(p_text)
    else normalize(replace(replace(replace(translate(
      lower(regexp_replace(normalize(p_text, nfkd), '[\u0300-\u036f]+', '', 'g')),
      'øłđðıς', 'olddiσ'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), nfkc)
  end
$$;
