import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { usageError } from './failure.ts';

/** Parses a whole number. The server checks its bounds. */
export function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text.trim())) {
    throw new InvalidArgumentError('It must be a whole number.');
  }
  return Number(text);
}

/** Parses a number such as `7.25`. The server checks its bounds. */
export function anyNumber(text: string): number {
  if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(text.trim())) {
    throw new InvalidArgumentError('It must be a number.');
  }
  return Number(text);
}

/** Parses a whole number that is at least 1. */
export function atLeastOne(text: string): number {
  const number = wholeNumber(text);
  if (number < 1) {
    throw new InvalidArgumentError('It must be at least 1.');
  }
  return number;
}

/** `10`, `10.5` and `10,50` as the decimal string of the API; other texts are left to the server. */
export function amountOf(text: string): string {
  const [, whole, decimals = ''] = /^(\d+)(?:[.,](\d{1,2}))?$/.exec(text.trim()) ?? [];
  return whole === undefined ? text : `${whole}.${decimals.padEnd(2, '0')}`;
}

/** Parses JSON, either from the command line or from `@FILE`. */
export function jsonValue(text: string): unknown {
  const source = text.startsWith('@') ? readSource(text.slice(1)) : text;
  try {
    return JSON.parse(source);
  } catch {
    throw new InvalidArgumentError('It must be JSON, or @FILE to read JSON from a file.');
  }
}

/** Reads an object from JSON, from `@FILE`, or from standard input (`-`). */
export function readData(text: string): Record<string, unknown> {
  const value = parse(text === '-' ? readSource(0) : fromArgument(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError('--data must be one JSON object.', `For example: --data '{"title":"Heat"}'`);
  }
  return value as Record<string, unknown>;
}

function fromArgument(text: string): string {
  return text.startsWith('@') ? readSource(text.slice(1)) : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`--data is not valid JSON: ${reason}`);
  }
}

function readSource(source: string | 0): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const name = source === 0 ? 'standard input' : `"${source}"`;
    throw usageError(`Cannot read ${name}: ${code === 'ENOENT' ? 'no such file' : code}.`);
  }
}
