import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { rootDir } from '../src/root-dir.ts';
import standard from './asvs-5.0.0.json' with { type: 'json' };

/*
 * docs/security.md says of each item of OWASP ASVS which tests hold it. Here the page is compared with
 * the list of the items, and with the tests.
 */

const page = read('docs/security.md');
const levels = new Map<string, number>(Object.entries(standard.levels));
const states = ['held', 'written', 'built', 'operator', 'unmet', 'n/a'];

function read(name: string): string {
  return readFileSync(path.join(rootDir, name), 'utf8');
}

/** A row of the table of items. */
interface Row {
  /** As it is written: an id, a section, a chapter, or a range. */
  items: string;
  ids: string[];
  level: string;
  state: string;
  text: string;
}

function rowsOf(markdown: string): Row[] {
  return markdown.split('\n').flatMap((line) => {
    const [, items, level = '', , state = '', text = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    const isRow = items !== undefined && /^V\d/.test(items);
    return isRow ? [{ items, ids: idsOf(items), level, state, text }] : [];
  });
}

/** The ids that `V1.2.3`, `V1.2`, `V1` or `V1.2.3–V1.2.5` stands for. */
function idsOf(items: string): string[] {
  const [first = '', last] = items.split('–');
  if (last === undefined) {
    return [...levels.keys()].filter((id) => id === first || id.startsWith(`${first}.`));
  }
  const section = first.slice(0, first.lastIndexOf('.') + 1);
  const [from, to] = [first, last].map((id) => Number(id.split('.').at(-1)));
  return [...levels.keys()].filter((id) => {
    const number = Number(id.split('.').at(-1));
    return id.startsWith(section) && number >= (from ?? 0) && number <= (to ?? 0);
  });
}

/** What is wrong with a page, one line each. */
function problemsOf(text: string): string[] {
  const rows = rowsOf(text);
  return [
    ...coverageProblems(rows),
    ...rows.flatMap(rowProblems),
    ...testProblems(text),
    ...linkProblems(text),
  ];
}

function coverageProblems(rows: readonly Row[]): string[] {
  const listed = rows.flatMap(({ ids }) => ids);
  return [
    ...[...levels.keys()].filter((id) => !listed.includes(id)).map((id) => `${id} is missing`),
    ...listed
      .filter((id, index) => listed.indexOf(id) !== index)
      .map((id) => `${id} is listed twice`),
    ...rows.filter(({ ids }) => ids.length === 0).map(({ items }) => `${items} is no item`),
  ];
}

function rowProblems({ items, ids, level, state, text }: Row): string[] {
  const expected = [...new Set(ids.map((id) => levels.get(id)))].toSorted().join(', ');
  const rules: Record<string, boolean> = {
    [`has level ${expected}`]: level === expected,
    'has no known state': states.includes(state),
    'is held by no test': state !== 'held' || namedTests(text).length > 0,
    'is written nowhere': state !== 'written' || /\]\(.+\)/.test(text),
    'has no reason': text !== '',
  };
  return Object.entries(rules).flatMap(([problem, holds]) => (holds ? [] : `${items} ${problem}`));
}

/** The tests that a text names: `file` "name" "name". */
function namedTests(text: string): { file: string; names: string[] }[] {
  return [...text.matchAll(/`([^`]+\.test\.ts)`((?: "[^"]+")*)/g)].map(
    ([, file = '', names = '']) => ({
      file,
      names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
    }),
  );
}

function testProblems(text: string): string[] {
  return namedTests(text).flatMap(({ file, names }) => {
    if (!existsSync(path.join(rootDir, file))) {
      return [`${file} is not there`];
    }
    const source = read(file);
    const missing = names.filter((name) => !source.includes(name));
    return [
      ...(names.length === 0 ? [`${file} without the name of a test`] : []),
      ...missing.map((name) => `${file} has no test "${name}"`),
    ];
  });
}

/** Links to files of the repository, and to headings in them. */
function linkProblems(text: string): string[] {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
  return links
    .filter((link) => !link.startsWith('https://'))
    .flatMap((link) => {
      const [file = '', anchor] = link.split('#');
      const name = path.join('docs', file);
      if (file !== '' && !existsSync(path.join(rootDir, name))) {
        return [`${link} leads nowhere`];
      }
      const target = file === '' ? text : read(name);
      const isThere = anchor === undefined || headingsOf(target).includes(anchor);
      return isThere ? [] : [`${link} leads to no heading`];
    });
}

/** The anchors of the headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('the page has every item once, and names tests and headings that exist', () => {
  expect(levels.size).toBe(253);
  expect(rowsOf(page).length).toBeGreaterThan(150);
  expect(problemsOf(page)).toEqual([]);
});

test('no item of level 1 is unmet', () => {
  const unmet = rowsOf(page).filter(({ state }) => state === 'unmet');
  expect(unmet.length).toBeGreaterThan(0);
  expect(unmet.filter(({ level }) => level.includes('1')).map(({ items }) => items)).toEqual([]);
});

const file = 'apps/server/test/access.test.ts';
const row = (id: string) => rowsOf(page).find(({ items }) => items === id);
const lineOf = (id: string) => page.split('\n').find((line) => line.startsWith(`| ${id} |`)) ?? '';

test.each<[string, (text: string) => string, string]>([
  [
    'a test that is made up',
    (text) => `${text}\n\`${file}\` "flies to the moon"`,
    `${file} has no test "flies to the moon"`,
  ],
  [
    'a file that is made up',
    (text) => `${text}\n\`apps/moon.test.ts\` "flies"`,
    'apps/moon.test.ts is not there',
  ],
  ['a file without a test', (text) => `${text}\n\`${file}\``, `${file} without the name of a test`],
  ['an item that is missing', (text) => text.replace(lineOf('V9.1.2'), ''), 'V9.1.2 is missing'],
  ['an item that is there twice', (text) => text + lineOf('V9.1.2'), 'V9.1.2 is listed twice'],
  [
    'an item that a section contains as well',
    (text) => `${text}| V10.4.1 | 1 | Redirects | n/a | No. |`,
    'V10.4.1 is listed twice',
  ],
  [
    'an item that is none',
    (text) => `${text}| V99.1.1 |  | No | n/a | No. |`,
    'V99.1.1 is no item',
  ],
  [
    'another level',
    (text) => text.replace(lineOf('V9.1.2'), lineOf('V9.1.2').replace('| 1 |', '| 2 |')),
    'V9.1.2 has level 1',
  ],
  [
    'an item that no test holds',
    (text) => text.replace(row('V9.1.2')?.text ?? '', 'Trust us.'),
    'V9.1.2 is held by no test',
  ],
  [
    'a heading that is gone',
    (text) => text.replace('\n## Uploads\n', '\n## Pictures\n'),
    '#uploads leads to no heading',
  ],
  ['a page that is gone', (text) => `${text}[a](gone.md)`, 'gone.md leads nowhere'],
])('%s is noticed', (_what, change, problem) => {
  expect(problemsOf(change(page))).toContain(problem);
});
