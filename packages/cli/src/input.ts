import type { Command } from 'commander';
import { anyNumber, jsonValue, readData, wholeNumber } from './arguments.ts';
import { ask, askValid, promptStreams } from './ask.ts';
import { usageError } from './failure.ts';
import { flagOf, kebab } from './flags.ts';
import type { Session } from './session.ts';

/** One key of an input, and its flag. */
export interface Field {
  /** The key of the input. The flag is the same name in kebab-case. */
  key: string;
  /** A flag of `yes or no` has no value; `--no-…` is its opposite. */
  value: 'text' | 'number' | 'whole number' | 'yes or no' | 'json';
  description: string;
  /** `create` fails without it. */
  required?: boolean;
  /** `update` can clear it. */
  clearable?: boolean;
  /** Asks for the value at a terminal, where a line of text would not do. */
  ask?: (session: Session) => Promise<unknown>;
}

/** The parsed flags of `create` and `update`. */
export interface InputOptions {
  data?: string;
  clear?: string[];
  revision?: number;
  [key: string]: unknown;
}

/** Adds a flag for each field, and `--data` for the whole input. */
export function addFields(
  command: Command,
  fields: readonly Field[],
  kind: 'create' | 'update' | 'update without a revision',
): Command {
  for (const field of fields) {
    addField(command, field, kind === 'create');
  }
  command.option('--data <json>', 'the input as JSON, @FILE, or - for standard input');
  if (kind !== 'create') {
    const clearable = fields.filter((field) => field.clearable).map((field) => kebab(field.key));
    if (clearable.length > 0) {
      command.option(
        '--clear <field>',
        `clear a field: ${clearable.join(', ')}; repeatable`,
        (text: string, before?: string[]) => [...(before ?? []), ...text.split(',')],
      );
    }
  }
  if (kind === 'update') {
    command.option(
      '--revision <number>',
      'expected revision; the update fails if it differs',
      wholeNumber,
    );
  }
  return command;
}

function addField(command: Command, { key, value, ...field }: Field, isCreate: boolean): void {
  const description = `${field.description}${isCreate && field.required ? ' (required)' : ''}`;
  if (value === 'yes or no') {
    command.option(flagOf(key), description);
    command.option(`--no-${kebab(key)}`, `the opposite of ${flagOf(key)}`);
  } else {
    command.option(`${flagOf(key)} <${placeholders[value]}>`, description, parsers[value]);
  }
}

/** Merges the flags and `--data` into the input. A flag overrides `--data`. */
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
    throw usageError('There is nothing to change.', 'Set at least one field. --help lists them.');
  }
  return input;
}

/** The revision for an update: as given, or the current one. */
export async function revisionOf(
  options: InputOptions,
  input: Record<string, unknown>,
  read: () => Promise<{ revision: number }>,
): Promise<number> {
  const named = options.revision ?? input['revision'];
  return named === undefined ? (await read()).revision : (named as number);
}

/**
 * Asks for the fields that `create` needs and the flags do not set; without any flag, for all
 * fields.
 *
 * @returns the options with the answers
 */
export async function askForMissing(
  session: Session,
  options: InputOptions,
  fields: readonly Field[],
): Promise<InputOptions> {
  const missing = fields.filter(({ key }) => options[key] === undefined);
  if (!session.canAsk || options.data !== undefined || missing.every((field) => !field.required)) {
    return options;
  }
  const isBare = missing.length === fields.length;
  const answers: [string, unknown][] = [];
  for (const field of missing.filter(({ required }) => isBare || required)) {
    answers.push([field.key, await askField(session, field)]);
  }
  return { ...options, ...Object.fromEntries(answers) };
}

function askField(session: Session, field: Field): Promise<unknown> {
  if (field.ask) {
    return field.ask(session);
  }
  const { description, value, required } = field;
  const label = `${description.charAt(0).toUpperCase()}${description.slice(1)}`;
  if (value === 'yes or no') {
    const message = `${label}?`;
    const streams = promptStreams(session);
    return ask((prompts) => prompts.confirm({ message, initialValue: false, ...streams }));
  }
  const isNumber = value === 'whole number';
  return askValid<{ answer: unknown }>(session, {
    message: required ? label : `${label}; empty for none`,
    hint: isNumber ? 'Enter a whole number.' : 'Enter a value.',
    read: (text) => {
      if (text.trim() === '') {
        return required ? undefined : { answer: undefined };
      }
      return isNumber && !/^\d+$/.test(text.trim())
        ? undefined
        : { answer: isNumber ? Number(text) : text };
    },
  }).then(({ answer }) => answer);
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
    throw usageError(`"${wanted}" cannot be cleared.`, `These fields can: ${known.join(', ')}.`);
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
    throw usageError(`Missing: ${flags.join(', ')}.`, 'Set them, or pass the input with --data.');
  }
}

const placeholders = {
  text: 'text',
  number: 'number',
  'whole number': 'number',
  json: 'json',
} as const;

const parsers = {
  text: (text: string) => text,
  number: anyNumber,
  'whole number': wholeNumber,
  json: jsonValue,
} as const;
