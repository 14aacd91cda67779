/**
 * A title as the server's search compares it: without case, accents and ligatures. Mirrors the
 * database function `search_key`.
 */
export function searchKey(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]+/g, '')
    .toLowerCase()
    .replace(/[øłđðıςßæœ]/g, (letter) => substitutes[letter] ?? letter)
    .normalize('NFKC');
}

/** Letters that Unicode does not take apart, and what people type for them. */
const substitutes: Record<string, string> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  ς: 'σ',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
};
