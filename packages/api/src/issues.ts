import { z } from 'zod';
import type { Issue } from './errors.ts';

/*
 * zod's findings in our words. Every message completes a sentence that begins with the field:
 * `title` + `must not be empty`. Each surface puts the name of the field in front, in its own way.
 */

type Finding = z.core.$ZodRawIssue;

/** Makes zod word its findings as `predicateOf` does. A schema's own messages come first. */
export function wordFindings(): void {
  z.config({ customError: predicateOf });
}

/** Problems in one response; nobody reads more, and an input can have a hundred thousand. */
const mostIssues = 20;

/** The problems of an input, in the order in which they were found; the first twenty. */
export function issuesOf(error: z.ZodError): Issue[] {
  const first = withoutConsequences(error.issues.slice(0, 2 * mostIssues)).flatMap((issue) => {
    const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
    return issue.code === 'unrecognized_keys'
      ? issue.keys
          .slice(0, mostIssues)
          .map((key) => ({ path: [...path, shortened(key)], message: unknownField }))
      : [{ path, message: issue.message }];
  });
  return first.slice(0, mostIssues);
}

/** Findings about the kind of a value: what zod finds beside them, such as its length, follows from them. */
const ofKind = new Set(['invalid_type', 'invalid_format', 'invalid_value', 'invalid_union']);

function withoutConsequences(issues: z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const wrong = new Set<string>();
  return issues.filter(({ code, path }) => {
    const place = JSON.stringify(path);
    const isConsequence = wrong.has(place);
    if (ofKind.has(code)) {
      wrong.add(place);
    }
    return !isConsequence;
  });
}

/** A key of the input as it is reported. */
function shortened(key: string): string {
  return key.length > 100 ? `${key.slice(0, 100)}…` : key;
}

/** The problem of a field that the schema does not have. */
export const unknownField = 'is an unknown field';

function predicateOf(finding: Finding): string {
  switch (finding.code) {
    case 'invalid_type':
      return finding.input === undefined ? 'is required' : `must be ${nameOf(finding.expected)}`;
    case 'too_small':
      return boundOf(finding, 'at least', finding.minimum);
    case 'too_big':
      return boundOf(finding, 'at most', finding.maximum);
    case 'invalid_value':
      return finding.input === undefined
        ? 'is required'
        : `must be ${listOf(finding.values.map(String))}`;
    case 'invalid_format':
      return formats[finding.format] ?? 'has the wrong format';
    case 'invalid_union':
      return alternativeOf(finding.errors);
    case 'unrecognized_keys':
      return `has unknown fields: ${finding.keys.slice(0, mostIssues).map(shortened).join(', ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${finding.divisor}`;
    default:
      return 'is not valid';
  }
}

const names: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  date: 'an instant',
};

function nameOf(type: string): string {
  return names[type] ?? `of the type ${type}`;
}

const formats: Readonly<Record<string, string>> = {
  guid: 'must be a UUID',
  date: 'must be a date, such as 2026-12-24',
  datetime:
    'must be an instant with a time zone, such as 2026-12-24T19:30:00Z or 2026-12-24T20:30+01:00',
};

/** Bounds of a number, or of the length of a text or a list. */
function boundOf(
  { origin, inclusive }: { origin: string; inclusive?: boolean | undefined },
  side: 'at least' | 'at most',
  bound: number | bigint,
): string {
  const unit = { string: ['character', 'characters'], array: ['entry', 'entries'] }[origin];
  if (unit) {
    return side === 'at least' && Number(bound) === 1
      ? 'must not be empty'
      : `must have ${side} ${bound} ${unit[Number(bound) === 1 ? 0 : 1]}`;
  }
  if (inclusive === false) {
    return `must be ${side === 'at least' ? 'more' : 'less'} than ${bound}`;
  }
  return `must be ${side} ${bound}`;
}

/** Of several alternatives, the one that accepts the type speaks for all. */
function alternativeOf(errors: readonly (readonly z.core.$ZodIssue[])[]): string {
  const fitting = errors.find(([first]) => first && first.code !== 'invalid_type') ?? errors[0];
  return fitting?.[0]?.message ?? 'is not valid';
}

function listOf(values: readonly string[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}
