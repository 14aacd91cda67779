import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attacks } from './attacks.ts';
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
