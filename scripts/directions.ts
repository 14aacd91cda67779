/*
 * Who may import whom inside `packages/api/src`, for oxlint and for the test that breaks a rule on
 * purpose. A folder imports folders below it, never above: what follows from something is a fact in
 * the outbox, and `consequences.ts` says who cares.
 */

/** The folders from the ground up. Folders of one row do not import one another. */
export const rows: readonly (readonly string[])[] = [
  ['db'],
  ['audit'],
  ['outbox'],
  ['auth'],
  ['users', 'staff', 'language'],
  ['api-keys', 'incidents', 'payments'],
  ['movies', 'theaters'],
  ['sites'],
  ['prices'],
  ['showtimes'],
  ['seats', 'schedules', 'discovery'],
  ['reservations'],
  ['desk', 'tickets'],
  ['check-ins'],
  ['notifications', 'webhooks', 'reports', 'status', 'demo', 'privacy'],
  ['admin'],
];

const source = 'packages/api/src';

/** Files that compose the folders; only they and their tests name one another. */
const composers = ['router', 'consequences', 'procedure-info', 'index'];

/** Imports that are forbidden, and why. */
interface Pattern {
  group: string[];
  message: string;
}

/** An override that forbids imports in some files. */
interface ImportRule {
  files: string[];
  rules: { 'eslint/no-restricted-imports': ['error', { patterns: Pattern[] }] | 'off' };
}

/** Forbids imports in some files. */
export function neverImport(files: string[], patterns: Pattern[]): ImportRule {
  return { files, rules: { 'eslint/no-restricted-imports': ['error', { patterns }] } };
}

const hosts: Pattern = {
  group: ['express', 'agenda', '@agendajs/*', '@matinee/*'],
  message: 'The api knows nothing of its hosts.',
};

const above: Pattern = {
  group: composers.map((name) => `../${name}.ts`),
  message: 'A folder does not import the files that compose it.',
};

const trpc: Pattern = {
  group: ['**/trpc.ts'],
  message: 'A service knows its context, not tRPC: import service-context.ts.',
};

const persistence: Pattern = {
  group: ['@mikro-orm/*', '**/db/**'],
  message: 'A router calls its service.',
};

function upward(row: number, folder: string): Pattern {
  const others = rows.slice(row).flat();
  const forbidden = others.filter((name) => name !== folder);
  return {
    group: forbidden.map((name) => `../${name}/**`),
    message: `${folder} may import folders below it: write a fact for those above.`,
  };
}

/** Overrides for oxlint. Each replaces those before it for the same file, so each is whole. */
export const directionRules: ImportRule[] = [
  neverImport([`${source}/**`], [hosts]),
  ...rows.flatMap((folders, row) =>
    folders.flatMap((folder) => {
      const patterns = [hosts, above, ...(row < rows.length - 1 ? [upward(row, folder)] : [])];
      return [
        neverImport([`${source}/${folder}/**`], [...patterns, trpc]),
        neverImport([`${source}/${folder}/{router,*-router}.ts`], [...patterns, persistence]),
      ];
    }),
  ),
  // Tests meet everything.
  { files: [`${source}/**/*.test.ts`], rules: { 'eslint/no-restricted-imports': 'off' } },
];
