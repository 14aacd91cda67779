import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attacks, sizes } from './attacks.ts';
import { countRequests, startFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(async () => {
  console.log(`attacks: ${countRequests()} requests`);
  await fleet.close();
});

describe('two servers on one database withstand', () => {
  test.for(Object.entries(attacks))('%s', async ([, attack]) => {
    expect(await attack(fleet)).toEqual([]);
  });
});

test.for(Object.entries(sizes))('the guide says how large %s is', async ([name, size]) => {
  const guide = await readFile(new URL('../../../../docs/concurrency.md', import.meta.url), 'utf8');
  const [, row = ''] = new RegExp(`^\\| \`${name}\` \\| ([^|]+)`, 'm').exec(guide) ?? [];

  expect(row.match(/\d+/g)?.map(Number)).toContain(size);
});
