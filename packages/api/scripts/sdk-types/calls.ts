import type { z } from 'zod';
import type { Right } from '../../src/auth/rights.ts';
import { errorCodes, errors } from '../../src/errors.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { aboutApiKeys } from '../../src/meta.ts';
import type { OpenApiMeta } from '../../src/meta.ts';
import examples from '../../src/openapi/examples.json' with { type: 'json' };
import { failuresOf } from '../../src/openapi/failures.ts';
import type { ProcedureInfo } from '../../src/procedure-info.ts';
import { typeNames } from '../../src/type-names.ts';
import { docComment } from './doc-comment.ts';
import { groupedReports } from './reports.ts';
import { definitionOf, isOptionalOn, TypeText } from './type-text.ts';

/** What the SDK makes of a procedure. */
export type CallKind = 'query' | 'mutation' | 'list' | 'subscription';

/** A procedure with the types of its call. */
export interface TypedCall {
  name: string;
  kind: CallKind;
  /** The type of the input as the router takes it. */
  input: string;
  output: string;
  /** The type of the function, with its doc comment. */
  member: string;
  /** Codes with which the call can be refused. */
  codes: ErrorCode[];
}

const events = 'The live seat map: a snapshot first, then every change.';

/** Writes the types of a call; the interfaces that it needs are declared on the way. */
export function typeCall(types: TypeText, procedure: ProcedureInfo, output: z.ZodType): TypedCall {
  const { name, type, meta } = procedure;
  const input = inputType(types, procedure);
  const answer = outputType(types, procedure, output);
  const kind: CallKind = type === 'query' && isPage(output) ? 'list' : type;
  const route = meta.openapi;
  const codes = route ? [...failuresOf(meta, route).values()].flat() : [];
  const comment = docComment(route ? aboutRoute(procedure, route) : [events]);
  const call = { name, kind, input: input.router, output: answer, codes };
  return { ...call, member: `${comment}readonly ${lastOf(name)}: ${signature(call, input)};\n` };
}

/** `ListMoviesInput` would need a name by hand: these are named by their paths. */
export function inputNameOf(name: string): string {
  return `${pascal(name)}Input`;
}

interface InputType {
  /** As the router declares it. */
  router: string;
  /** The parameter of the SDK's function. */
  parameter: string;
}

function inputType(types: TypeText, { name, input }: ProcedureInfo): InputType {
  const definition = input && definitionOf(input);
  const object = definition?.type === 'optional' ? definition.innerType : input;
  if (!object) {
    return { router: 'void', parameter: 'input?: undefined' };
  }
  const shape = definitionOf(object).shape ?? {};
  const isOptional = Object.values(shape).every((field) => isOptionalOn(field, 'input'));
  const named = Object.keys(shape).length === 0 ? 'Record<string, never>' : inputNameOf(name);
  if (named === inputNameOf(name)) {
    types.declare(named, object, 'input');
  }
  return {
    router: definition?.type === 'optional' ? `${named} | undefined` : named,
    parameter: isOptional ? `input?: ${named}` : `input: ${named}`,
  };
}

function outputType(types: TypeText, { name, type }: ProcedureInfo, output: z.ZodType): string {
  if (type === 'subscription') {
    return `AsyncIterable<{ id: string; data: ${types.of(output, 'output')} }, void>`;
  }
  // A page with more than its items has a type of its own.
  if (isPage(output) && Object.keys(definitionOf(output).shape ?? {}).length === 2) {
    const items = definitionOf(output).shape?.['items'];
    const item = items && definitionOf(items).element;
    return item ? `Page<${types.of(item, 'output')}>` : 'never';
  }
  const isNamed = output.meta()?.id !== undefined || typeNames.has(output);
  if (!isNamed && definitionOf(output).type === 'object') {
    const own = `${pascal(name)}Output`;
    types.declare(own, output, 'output');
    return own;
  }
  return types.of(output, 'output');
}

function signature(
  { name, kind, output }: { name: string; kind: CallKind; output: string },
  { parameter }: InputType,
): string {
  const report = groupedReports.get(name);
  if (report) {
    const { name: named, defaultGroup } = report;
    const group = named.replace('Report', 'GroupBy');
    return (
      `<By extends ${group} = '${defaultGroup}'>(\n` +
      `  input?: ${inputNameOf(name)} & { groupBy?: By | undefined },\n` +
      `  options?: CallOptions,\n` +
      `) => Promise<${named}<By>>`
    );
  }
  const takes = parameter.replace(/^input\??: /, '');
  switch (kind) {
    case 'list':
      return `List<${takes}, ${output}>`;
    case 'subscription':
      return 'WatchSeats';
    default: {
      const options = kind === 'mutation' ? 'MutationOptions' : 'CallOptions';
      return `(${parameter}, options?: ${options}) => Promise<${output}>`;
    }
  }
}

function isPage(output: z.ZodType): boolean {
  const { shape = {} } = definitionOf(output);
  return 'items' in shape && 'nextCursor' in shape;
}

const admitted: Record<string, string> = {
  user: 'Needs a signed-in user.',
  account: 'Needs a user with an account.',
  admin: 'Needs an administrator.',
};

const admittedStaff: Record<Right, string> = {
  manage: 'Needs an administrator or a manager of the site.',
  sell: 'Needs an administrator, or a manager or the box office of the site.',
  read: 'Needs an administrator, or a manager or the box office of the site.',
  check_in: 'Needs an administrator, or staff of the site.',
};

/** The paragraphs about a call: what the document says of its route, and the refusals of its own. */
function aboutRoute({ name, meta }: ProcedureInfo, route: OpenApiMeta): string[] {
  const { summary, description, method, path } = route;
  const own = new Set<ErrorCode>([
    ...(path.includes('{') ? ['NOT_FOUND' as const] : []),
    ...(meta.refusals ?? []),
  ]);
  const refusals = errorCodes.filter((code) => own.has(code)).map((code) => `\`${code}\``);
  const needs =
    meta.right && meta.access === 'staff' ? admittedStaff[meta.right] : admitted[meta.access ?? ''];
  const text = description.startsWith(summary) ? description : `${summary}. ${description}`;
  return [
    [text, ...(needs === undefined ? [] : [needs]), ...aboutApiKeys(meta)].join(' '),
    ...(refusals.length > 0 ? [`@throws MatineeError ${refusals.join(', ')}`] : []),
    ...exampleOf(name),
    `@see \`${method} /api/v1${path}\``,
  ];
}

/** The recorded call, where there is one. */
function exampleOf(name: string): string[] {
  const recorded = (examples.operations as Record<string, { body?: object; parameters?: object }>)[
    pascal(name).replace(/^./, (first) => first.toLowerCase())
  ];
  if (!recorded) {
    return [];
  }
  const { parameters = {}, body = {} } = recorded;
  const input = { ...parameters, ...body };
  const given = Object.keys(input).length === 0 ? '' : objectText(input);
  const onOneLine = `await matinee.${name}(${given});`;
  const fields = Object.entries(input).map(([key, part]) => `  ${key}: ${objectText(part)},\n`);
  const code =
    onOneLine.length <= 90 ? onOneLine : `await matinee.${name}({\n${fields.join('')}});`;
  return [`@example\n\`\`\`ts\n${code}\n\`\`\``];
}

/** A value as a person would type it. */
function objectText(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(objectText).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, part]) => `${key}: ${objectText(part)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return typeof value === 'string'
    ? `'${value.replaceAll(/['\\]/g, (letter) => `\\${letter}`)}'`
    : JSON.stringify(value);
}

/** The fields of an interface: code → details, with what the code means. */
export function errorDetails(): string {
  const types = new TypeText();
  const fields = errorCodes.map((code) => {
    const { meaning, status, details } = errors[code];
    const type = details
      ? types.of(details as unknown as z.ZodType, 'output')
      : 'Record<string, never>';
    return `${docComment([`${meaning} HTTP ${status}.`])}${code}: ${type};\n`;
  });
  return fields.join('');
}

export function pascal(name: string): string {
  return name
    .split('.')
    .map((part) => part.replace(/^./, (first) => first.toUpperCase()))
    .join('');
}

export function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
