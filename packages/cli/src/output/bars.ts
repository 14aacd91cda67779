/** Eighths of a column, so that even a short bar distinguishes 3 % from 5 %. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
/** Eighths of a row. */
export const levels = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A horizontal bar of at most `width` columns for a share of 0 to 1. */
export function bar(share: number, width: number): string {
  const units = Math.round(clamp(share) * width * 8);
  return '█'.repeat(Math.floor(units / 8)) + (eighths[units % 8] ?? '');
}

/**
 * Draws one character per value, the highest as a full block. More values than columns are averaged
 * in groups.
 */
export function sparkline(values: readonly number[], width = Infinity): string {
  const shown = values.length > width ? inGroups(values, width) : values;
  const highest = Math.max(0, ...shown);
  return shown.map((value) => levels[levelOf(value, highest)] ?? '▁').join('');
}

/** A share of 0 to 1 as a percentage. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

function levelOf(value: number, highest: number): number {
  return highest <= 0 ? 0 : Math.round(clamp(value / highest) * (levels.length - 1));
}

/** Averages of neighbouring values, in the given number of groups. */
export function inGroups(values: readonly number[], groups: number): number[] {
  const edge = (group: number) => Math.floor((group * values.length) / groups);
  return Array.from({ length: groups }, (_, group) => {
    const part = values.slice(edge(group), edge(group + 1));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
}
