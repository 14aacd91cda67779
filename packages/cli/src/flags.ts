/** `durationMinutes` → `--duration-minutes`. */
export function flagOf(key: string): string {
  return `--${kebab(key)}`;
}

export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
