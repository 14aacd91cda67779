-- Hashes of words, and of what is left of each without one of its letters, or without two of a long
-- one. Two words of which each is the other with a letter missing, added, replaced or swapped have a
-- variant in common, in every script. `hashtext` is what hash indexes keep on disk.
create or replace function search_variants(p_words text[], p_most integer)
returns integer[] language plpgsql immutable strict parallel safe as $$
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
end $$;
