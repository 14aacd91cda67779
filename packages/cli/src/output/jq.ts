import { createRequire } from 'node:module';
import { usageError } from '../failure.ts';

/** Formats a value as the results of a jq expression. */
export type JqFilter = (value: unknown) => string;

/**
 * Compiles a jq expression. The filter returns one result per line: texts as they are, other values
 * as compact JSON.
 *
 * @throws CliError if the expression is not valid, also later, if it does not fit a value
 */
export async function compileJq(expression: string): Promise<JqFilter> {
  const jq = await loadJq();
  const apply = (input: string) => jq.raw(input, expression, ['--raw-output', '--compact-output']);
  // jq compiles the expression even if it has no input.
  refuseAs(expression, () => apply(''));
  return (value) => refuseAs(expression, () => apply(JSON.stringify(value ?? null)));
}

/** jq, compiled to WebAssembly. `raw` returns undefined for no results, and throws the text that jq writes to stderr. */
interface Jq {
  raw(input: string, filter: string, flags: readonly string[]): string | undefined;
}

/** The module is a promise, which `import` does not pass on unchanged. */
function loadJq(): Promise<Jq> {
  const require = createRequire(import.meta.url);
  return require('jq-web') as Promise<Jq>;
}

function refuseAs(expression: string, apply: () => string | undefined): string {
  try {
    return apply() ?? '';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw usageError(`--jq "${expression}" failed: ${reasonIn(text)}.`);
  }
}

/** `jq: error: syntax error, unexpected end of file (…) at <top-level>, line 1:` */
function reasonIn(text: string): string {
  const [, reason] = /^jq: error(?: \(at [^)]*\))?: (.*)$/m.exec(text) ?? [];
  return (reason ?? text).replace(/ \(Unix shell quoting issues\?\)| at <top-level>.*$/g, '');
}
