import type { Command } from 'commander';
import { jsonValue, readData, wholeNumber } from './arguments.ts';
import { usageError } from './failure.ts';

/** One key of an input, and the flag that carries it. */
export interface Field {
  /** The input's key; the flag is the same in kebab-case. */
  key: string;
  value: 'text' | 'whole number' | 'json';
  description: string;
  /** `create` needs it. */
  required?: boolean;
  /** `update` can clear it. */
  clearable?: boolean;
}

/** What the flags of `create` and `update` hold. */
export interface InputOptions {
  data?: string;
  clear?: string[];
  revision?: number;
  [key: string]: unknown;
}

/** Gives the command a flag for each field, and `--data` for all of them at once. */
export function addFields(
  command: Command,
  fields: readonly Field[],
  kind: 'create' | 'update',
): Command {
  for (const field of fields) {
    const needed = kind === 'create' && field.required ? ' (needed)' : '';
    const flags = `${flagOf(field.key)} <${placeholders[field.value]}>`;
    command.option(flags, `${field.description}${needed}`, parsers[field.value]);
  }
  command.option('--data <json>', 'the input as JSON, @FILE, or - for standard input');
  if (kind === 'update') {
    const clearable = fields.filter((field) => field.clearable).map((field) => kebab(field.key));
    if (clearable.length > 0) {
      command.option(
        '--clear <field>',
        `empties a field: ${clearable.join(', ')}; may be repeated`,
        (text: string, before?: string[]) => [...(before ?? []), ...text.split(',')],
      );
    }
    command.option('--revision <number>', 'the edition that you looked at', wholeNumber);
  }
  return command;
}

/** The input as the flags and `--data` give it; a flag wins over `--data`. */
export function readInput(
  options: InputOptions,
  fields: readonly Field[],
  kind: 'create' | 'update',
): Record<string, unknown> {
  const input = options.data === undefined ? {} : readData(options.data);
  for (const { key } of fields) {
    if (options[key] !== undefined) {
      input[key] = options[key];
    }
  }
  for (const name of options.clear ?? []) {
    input[clearedKey(name, fields, input)] = null;
  }
  if (kind === 'create' && options.data === undefined) {
    assertComplete(input, fields);
  }
  if (kind === 'update' && Object.keys(input).length === 0) {
    throw usageError('There is nothing to change.', 'Name what is to change: see --help.');
  }
  return input;
}

/** The edition that an update is made from: as it was named, or the present one. */
export async function revisionOf(
  options: InputOptions,
  input: Record<string, unknown>,
  read: () => Promise<{ revision: number }>,
): Promise<number> {
  const named = options.revision ?? input['revision'];
  return named === undefined ? (await read()).revision : (named as number);
}

/** `durationMinutes` → `--duration-minutes`. */
export function flagOf(key: string): string {
  return `--${kebab(key)}`;
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function clearedKey(
  name: string,
  fields: readonly Field[],
  input: Record<string, unknown>,
): string {
  const wanted = name.trim().replace(/^--/, '');
  const field = fields.find(({ key }) => key === wanted || kebab(key) === wanted);
  if (!field?.clearable) {
    const known = fields.filter(({ clearable }) => clearable).map(({ key }) => kebab(key));
    throw usageError(`"${wanted}" cannot be cleared.`, `These can: ${known.join(', ')}.`);
  }
  if (input[field.key] !== undefined) {
    throw usageError(`${flagOf(field.key)} is both set and cleared.`);
  }
  return field.key;
}

function assertComplete(input: Record<string, unknown>, fields: readonly Field[]): void {
  const missing = fields.filter(({ required, key }) => required && input[key] === undefined);
  if (missing.length > 0) {
    const flags = missing.map(({ key }) => flagOf(key));
    throw usageError(`Missing: ${flags.join(', ')}.`, 'Or give all of it with --data: see --help.');
  }
}

const placeholders = { text: 'text', 'whole number': 'number', json: 'json' } as const;

const parsers = {
  text: (text: string) => text,
  'whole number': wholeNumber,
  json: jsonValue,
} as const;
