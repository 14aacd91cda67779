/**
 * Replaces the parts of a screen that differ between runs: ids, addresses, references, the time. The
 * replacements have the same length, so columns stay aligned.
 */
export function stable(screen: string): string {
  const ids = new Map<string, string>();
  const endings = new Map<string, string>();
  const idOf = (id: string) => {
    const number = String(ids.size + 1).padStart(12, '0');
    const known = ids.get(id) ?? `00000000-0000-0000-0000-${number}`;
    ids.set(id, known);
    return known;
  };
  const shortOf = (ending: string) => {
    const known = endings.get(ending) ?? String(endings.size + 1).padStart(6, '0');
    endings.set(ending, known);
    return known;
  };
  return screen
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, idOf)
    .replace(/(?<=^| {2})[0-9a-f]{6}(?= {2}|$)/gm, shortOf)
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:8000')
    .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-01T00:00:00.000Z')
    .replace(/\b20\d\d-\d\d-\d\d \d\d:\d\d UTC/g, '2026-01-01 00:00 UTC')
    .replace(/\b\d?\d:\d\d left/g, '9:59 left')
    .replace(/^[A-HJ-NP-Z2-9]{8}(?= +(pending|confirmed|cancelled) )/gm, 'K7WQ3MXA')
    .replace(/(?<=reference( is)? +)[A-HJ-NP-Z2-9]{8}\b/gi, 'K7WQ3MXA')
    .replace(/\b(?=[A-Z]*\d)[A-HJ-NP-Z2-9]{8}\b/g, 'K7WQ3MXA');
}

/** The screen of `matinee doctor` without figures that differ between runs. */
export function steady(screen: string): string {
  return stable(screen)
    .replace(/(?<=up for )\d+ (s|min)/, '9 s')
    .replace(/\d+(\.\d+)?(?= (ms|s|min|GB|h)\b)/g, '9')
    .replace(/(ahead of|behind) the server/, 'ahead of the server')
    .replace(/PostgreSQL [\d.]+/, 'PostgreSQL 18.4');
}
