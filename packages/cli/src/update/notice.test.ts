import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { fakeTerminal } from '../../test/fake-terminal.ts';
import { mayNotice, noticeUpdate } from './notice.ts';
import { readState, updateState } from './state.ts';
import { isNewer } from './versions.ts';

const dayMs = 86_400_000;
const now = Date.parse('2026-11-28T20:00:00Z');

let folder: string;
let file: string;
let checks: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'matinee-update-'));
  file = join(folder, 'cache/update.json');
  checks = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the notice at an instant. @returns the text for the user */
function noticeAt(instant: number, startCheck: () => void = () => (checks += 1)): string {
  const terminal = fakeTerminal({ columns: 80, env: { NO_COLOR: '1' } });
  noticeUpdate(terminal, { now: instant, file, startCheck });
  expect(terminal.data).toBe('');
  return terminal.said;
}

test('asks the registry at most once a day', () => {
  for (const hours of [0, 1, 23]) {
    noticeAt(now + hours * 3_600_000);
  }
  expect(checks).toBe(1);
  noticeAt(now + dayMs);
  expect(checks).toBe(2);
});

test('tells of a newer version at most once a day', () => {
  expect(noticeAt(now)).toBe('');
  updateState(file, { latest: '99.0.0' });
  expect(noticeAt(now + 1)).toBe(
    `matinee 99.0.0 is available; this is ${manifest.version}. Update with \`npm install --global @matinee/cli\`.\n`,
  );
  expect(noticeAt(now + 2)).toBe('');
  expect(noticeAt(now + 1 + dayMs)).toContain('99.0.0');
});

test.each([manifest.version, '0.0.1', '99.0.0-beta.1', 'rubbish'])(
  'is silent about %s',
  (latest) => {
    updateState(file, { latest });
    expect(noticeAt(now)).toBe('');
  },
);

test('ignores a damaged file, a folder that cannot be made and a check that fails', () => {
  updateState(file, {});
  writeFileSync(file, '{"latest":');
  expect(noticeAt(now)).toBe('');
  expect(readState(file)).toEqual({ checkedAt: now });
  file = join(file, 'below-a-file/update.json');
  expect(noticeAt(now)).toBe('');
  file = join(folder, 'other.json');
  expect(
    noticeAt(now, () => {
      throw new Error('no more processes');
    }),
  ).toBe('');
});

describe('a notice may appear', () => {
  const installed = '/usr/lib/node_modules/@matinee/cli/dist/main.js';
  const at = (env: Record<string, string>, program = installed, columns?: number) =>
    mayNotice(fakeTerminal({ env, ...(columns === undefined ? {} : { columns }) }), program);

  test('at a terminal, for an installed package', () => {
    expect(at({}, installed, 80)).toBe(true);
  });

  test('but not in pipes, in a clone, in CI, or if it is turned off', () => {
    expect(at({})).toBe(false);
    expect(at({}, '/home/ada/matinee/packages/cli/dist/main.js', 80)).toBe(false);
    for (const name of ['CI', 'MATINEE_NO_UPDATE_NOTICE', 'NO_UPDATE_NOTIFIER']) {
      expect(at({ [name]: '1' }, installed, 80)).toBe(false);
    }
  });
});

test.each([
  ['0.2.0', '0.1.9', true],
  ['0.10.0', '0.9.0', true],
  ['1.0.0', '0.99.99', true],
  ['0.1.0', '0.1.0', false],
  ['0.1.0', '0.2.0', false],
  ['1.0.0-rc.1', '0.1.0', false],
])('%s is newer than %s: %s', (version, other, expected) => {
  expect(isNewer(version, other)).toBe(expected);
});
