-- The words of a title without what people leave out or mix up in their script, beyond what
-- `search_key` takes away: points and vowel signs of Hebrew and Arabic, the forms of alif, hamza and ta
-- marbuta, final letters of Hebrew, nukta, Thai tone marks, the long mark and the two kana. Roman
-- numerals that no word looks like are digits.
create or replace function search_fold(p_text text)
returns text language sql immutable strict parallel safe as $$
  select btrim(replace(replace(replace(replace(replace(replace(replace(
    ' ' || public.search_words(translate(
    regexp_replace(public.search_key(p_text),
      '[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u093c\u0e47-\u0e4e\u30fc]+',
      '', 'g'),
    'أإآٱةىیکؤئךםןףץऩऱऴँ' ||
    'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノ' ||
    'ハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴ',
    'ااااهييكويכמנפצनरळं' ||
    'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねの' ||
    'はばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔ')) || ' ',
    ' ii ', ' 2 '), ' iii ', ' 3 '), ' iv ', ' 4 '), ' vi ', ' 6 '), ' vii ', ' 7 '), ' viii ', ' 8 '),
    ' ix ', ' 9 '))
$$;
