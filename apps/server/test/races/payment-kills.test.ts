import { afterEach, expect, test } from 'vitest';
import { postmasterOf, startPostgres } from './faults-database.ts';
import { afterTest, cleanUp, random, seed } from './faults-kit.ts';
import { killOnce, kills } from './payment-kills.ts';
import { openPool } from './processes.ts';
import { rewrite } from './sabotage.ts';
import { Till } from './till.ts';

/* Servers that sell for money are killed, sometimes with PostgreSQL; money and seats agree afterwards. */

afterEach(cleanUp);

const count = 10;

async function openTill(chance = random): Promise<{ till: Till; databaseUrl: string }> {
  const { url: databaseUrl, dataDir } = await startPostgres();
  const killDatabase = async () => void process.kill(postmasterOf(dataDir), 'SIGKILL');
  const till = await Till.open({ databaseUrl, random: chance, killDatabase });
  afterTest(() => till.close());
  return { till, databaseUrl };
}

test(`${count} kills lose no money and no seat`, { timeout: 180_000 }, async () => {
  const { till } = await openTill();
  const moments = Object.keys(kills)
    .map((moment) => ({ moment, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, count);
  for (const { moment } of moments) {
    expect(await killOnce(till, moment)).toEqual([]);
  }
  const { servers, databases } = till.kills;
  console.log(`killed ${servers} servers, ${databases} databases; again with FAULTS_SEED=${seed}`);
  expect(servers).toBe(count);
});

test('a payment that is settled twice is noticed', { timeout: 180_000 }, async () => {
  // The database stays, the customer comes back, and the provider's messages arrive.
  const { till, databaseUrl } = await openTill(() => 0.4);
  const pool = openPool(databaseUrl);
  afterTest(() => pool.end());
  await rewrite('settle_payment', "if v_paid.status = 'succeeded' then", 'if false then')(pool);
  expect(await killOnce(till, 'while the seats are given back')).not.toEqual([]);
});
