import { procedureInfos } from '../../src/procedure-info.ts';
import { SeatsEvent } from '../../src/seats/schema.ts';
import { errorDetails, pascal, typeCall } from './calls.ts';
import type { TypedCall } from './calls.ts';
import { declareReports } from './reports.ts';
import { indent, TypeText } from './type-text.ts';

/** The calls of a namespace by their names, and the namespaces below it. */
interface Namespace {
  [name: string]: TypedCall | Namespace;
}

const head = `/*
 * Generated from the router's schemas by \`npm run openapi\`. Do not edit.
 */
`;

/** The generated files of `packages/sdk/src`, by their names. */
export function sdkTypes(): Record<string, string> {
  const types = new TypeText();
  const calls = typedCalls(types);
  declareReports(types);
  const shapes = [...types.interfaces.values()];
  const names = [...types.interfaces.keys()].toSorted();
  const parts = [...namespaces(calls, ''), ...trees(calls), routerType(calls)];
  return {
    'types.ts': file(shapes),
    'error-details.ts': file([
      `/** \`details\` of the server's errors, by code. */\nexport interface DetailsByCode {\n${indent(errorDetails())}}`,
    ]),
    'api.ts': file([imports(names, parts.join('')), ...parts]),
    'procedures.ts': file([procedureTable(calls)]),
  };
}

function file(parts: string[]): string {
  return `${head}\n${parts.map((part) => part.trimEnd()).join('\n\n')}\n`;
}

function imports(names: string[], text: string): string {
  const shapes = names.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return `import type {
  TRPC_ERROR_CODE_KEY,
  TRPC_ERROR_CODE_NUMBER,
  TRPCBuiltRouter,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from '@trpc/server';
import type { CallOptions, MutationOptions } from './call.ts';
import type { DetailsByCode } from './error-details.ts';
import type { WatchSeats } from './live.ts';
import type { List, Page } from './paging.ts';
import type { Uploads } from './poster.ts';
import type { Requests } from './rest.ts';
import type { ShowtimePictures, TheaterPictures } from './seat-pictures.ts';
import type { TicketFiles } from './ticket-files.ts';
import type {
${indent(`${shapes.join(',\n')},\n`)}} from './types.ts';`;
}

function trees(calls: Namespace): string[] {
  return [
    `/** What the procedures take, by path: \`Inputs['showtimes']['create']\`. */\nexport interface Inputs ${tree(calls, ({ input }) => input)}`,
    `/** What the procedures answer, by path. */\nexport interface Outputs ${tree(calls, ({ output }) => output)}`,
    `/** The codes of the server with which a call can fail, by path. */\nexport interface Refusals ${tree(calls, codesOf)}`,
  ];
}

function procedureTable(calls: Namespace): string {
  const table = tree(calls, ({ kind }) => `'${kind}'`).replaceAll(';\n', ',\n');
  return `/** Path → kind. Nothing in a path says it, and a procedure called as the wrong kind is refused. */
export const procedures = ${table} as const;`;
}

function typedCalls(types: TypeText): Namespace {
  const root: Namespace = {};
  for (const [name, procedure] of procedureInfos) {
    const { output } = procedure;
    if (!output && procedure.type !== 'subscription') {
      throw new Error(`${name} has no schema for its output.`);
    }
    const call = typeCall(types, procedure, output ?? SeatsEvent);
    const path = name.split('.');
    const last = path.pop() ?? '';
    let place = root;
    for (const part of path) {
      place = (place[part] ??= {}) as Namespace;
    }
    place[last] = call;
  }
  return root;
}

function isCall(part: TypedCall | Namespace): part is TypedCall {
  return typeof part['kind'] === 'string';
}

/** An interface for each namespace, the inner ones first. */
function namespaces(calls: Namespace, path: string): string[] {
  const inner = Object.entries(calls).flatMap(([name, part]) =>
    isCall(part) ? [] : namespaces(part, path === '' ? name : `${path}.${name}`),
  );
  const members = Object.entries(calls).map(([name, part]) =>
    isCall(part)
      ? part.member
      : `readonly ${name}: ${apiName(path === '' ? name : `${path}.${name}`)};\n`,
  );
  const own =
    path === ''
      ? `/** The whole API: every procedure a function under its own name. */\nexport interface Matinee`
      : `/** The calls of \`${path}\`. */\nexport interface ${apiName(path)}`;
  const added: Record<string, string> = {
    movies: ' extends Uploads',
    theaters: ' extends TheaterPictures',
    showtimes: ' extends ShowtimePictures',
    tickets: ' extends TicketFiles',
    '': ' extends Requests',
  };
  return [...inner, `${own}${added[path] ?? ''} {\n${indent(members.join(''))}}`];
}

function apiName(path: string): string {
  return `${pascal(path)}Api`;
}

/** The tree of the calls with something in the place of each. */
function tree(calls: Namespace, textOf: (call: TypedCall) => string): string {
  const fields = Object.entries(calls).map(([name, part]) => {
    const text = isCall(part) ? textOf(part) : tree(part, textOf);
    return `${name}: ${text};\n`;
  });
  return `{\n${indent(fields.join(''))}}`;
}

function codesOf({ codes }: TypedCall): string {
  return codes.length === 0 ? 'never' : codes.map((code) => `'${code}'`).join(' | ');
}

const routerKinds = {
  list: 'TRPCQueryProcedure',
  query: 'TRPCQueryProcedure',
  mutation: 'TRPCMutationProcedure',
  subscription: 'TRPCSubscriptionProcedure',
} as const;

/** The router as \`@trpc/client\` and its relatives want it. */
function routerType(calls: Namespace): string {
  const procedures = tree(
    calls,
    ({ kind, input, output }) =>
      `${routerKinds[kind]}<{ input: ${input}; output: ${output}; meta: object; errorShape: FailureShape }>`,
  );
  return `/** A failure as tRPC carries it. */
export interface FailureShape {
  message: string;
  code: TRPC_ERROR_CODE_NUMBER;
  data: {
    code: TRPC_ERROR_CODE_KEY;
    httpStatus: number;
    path: string | null;
    appCode: keyof DetailsByCode;
    details: DetailsByCode[keyof DetailsByCode];
    requestId: string | null;
  };
}

/**
 * The router's type, for \`@trpc/client\` and \`@trpc/tanstack-react-query\` against \`/trpc\`. The
 * wire's transformer is superjson.
 */
export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: FailureShape; transformer: true },
  Procedures
>;

export type Procedures = ${procedures};`;
}
