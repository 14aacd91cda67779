const days = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
]);

/** The date of `today`, `tomorrow` or `yesterday` on this machine; undefined for other words. */
export function dayNamed(word: string, now: Date): string | undefined {
  const difference = days.get(word.trim().toLowerCase());
  if (difference === undefined) {
    return undefined;
  }
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + difference);
  const numbers = [day.getFullYear(), day.getMonth() + 1, day.getDate()];
  return numbers.map((number) => String(number).padStart(2, '0')).join('-');
}
