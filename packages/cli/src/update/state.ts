import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';

/** What is known about newer versions. Times are milliseconds since 1970. */
export interface UpdateState {
  checkedAt?: number;
  shownAt?: number;
  /** The latest version in the registry. */
  latest?: string;
}

/** The file of the state, in the platform's folder for caches. */
export function updateFile(): string {
  return join(envPaths('matinee', { suffix: '' }).cache, 'update.json');
}

/** Reads the state. A file that is missing or damaged is an empty state. */
export function readState(file: string): UpdateState {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const { checkedAt, shownAt, latest } = (value ?? {}) as Record<string, unknown>;
    return {
      ...(typeof checkedAt === 'number' ? { checkedAt } : {}),
      ...(typeof shownAt === 'number' ? { shownAt } : {}),
      ...(typeof latest === 'string' ? { latest } : {}),
    };
  } catch {
    return {};
  }
}

/** Changes a part of the state. */
export function updateState(file: string, change: UpdateState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...readState(file), ...change }));
}
