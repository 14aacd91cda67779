import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const idOf = (ending: string) => `00000000-0000-7000-8000-${ending.padStart(12, '0')}`;
const [downtown, house, adult, child] = [idOf('1'), idOf('2'), idOf('aaaa01'), idOf('aaaa02')];
const at = new Date('2026-11-29T08:00:00Z');
const aType = (id: string, code: string, name: string, more: object = {}) => ({
  id,
  code,
  name,
  description: null,
  sortOrder: 0,
  maxAge: null,
  minAge: null,
  proof: 'none',
  minPerBooking: null,
  withAdult: false,
  createdAt: at,
  ...more,
});
const types = [
  aType(adult, 'adult', 'Adult'),
  aType(child, 'child', 'Child', { maxAge: 12, withAdult: true, proof: 'gate' }),
];
const items = [
  { ticketTypeId: adult, seatType: 'regular', price: '12.00' },
  { ticketTypeId: adult, seatType: 'vip', price: '20.00' },
  { ticketTypeId: child, seatType: 'regular', price: '8.00' },
];
const list = {
  id: house,
  version: 3,
  name: 'House',
  siteId: downtown,
  currency: 'EUR',
  bookingFee: '1.00',
  taxRate: null,
  items,
  revision: 3,
  createdAt: at,
};

const answers = {
  'sites.list': () => [{ id: downtown, name: 'Downtown', timezone: 'UTC' }],
  'ticketTypes.list': () => types,
  'ticketTypes.create': (input: object) => ({ ...types[0], ...input }),
  'ticketTypes.update': (input: object) => ({ ...types[1], ...input }),
  'ticketTypes.delete': ({ ticketTypeId }: { ticketTypeId: string }) => ({
    id: ticketTypeId,
    archived: true,
  }),
  'priceLists.list': () => [list, { ...list, id: idOf('3'), name: 'Gala', siteId: null }],
  'priceLists.get': () => list,
  'priceLists.create': (input: object) => ({ ...list, ...input }),
  'priceLists.update': (input: object) => ({ ...list, ...input }),
  'priceLists.delete': ({ priceListId }: { priceListId: string }) => ({
    id: priceListId,
    archived: true,
  }),
};

async function against(line: string | readonly string[], columns?: number) {
  const { matinee, calls } = fakeMatinee(answers);
  fake.matinee = matinee;
  const ended = await runFake(
    line,
    columns === undefined ? {} : { columns, env: { NO_COLOR: '1' } },
  );
  const changes = calls.filter(({ path }) => !/\.(list|get)$/.test(path));
  return { ...ended, calls, changes };
}

describe('ticket types', () => {
  test('are listed with their rules', async () => {
    const { data, said } = await against('ticket-types list', 80);
    expect(data).toMatch(/aaaa02 +child +Child +up to 12 +gate +with an adult/);
    expect(said).toContain('2 ticket types.');
    const csv = await against('ticket-types list --csv');
    expect(csv.data).toContain(`${child},child,Child,,0,12,,gate,,true,`);
  });

  test('are created and updated by flags, a rule by a flag without a value', async () => {
    const { changes } = await against(
      'ticket-types create --code teen --name Teen --min-age 13 --max-age 17 --with-adult',
    );
    expect(changes).toEqual([
      {
        path: 'ticketTypes.create',
        input: { code: 'teen', name: 'Teen', minAge: 13, maxAge: 17, withAdult: true },
      },
    ]);
    const updated = await against('ticket-types update Child --no-with-adult --clear max-age');
    expect(updated.changes).toEqual([
      {
        path: 'ticketTypes.update',
        input: { ticketTypeId: child, withAdult: false, maxAge: null },
      },
    ]);
  });

  test('are deleted by a code, a name or the end of an id', async () => {
    for (const name of ['child', 'Child', 'aaaa02']) {
      const { changes, said } = await against(['ticket-types', 'delete', name, '--yes']);
      expect(changes).toEqual([{ path: 'ticketTypes.delete', input: { ticketTypeId: child } }]);
      expect(said).toContain('Ticket type deleted.');
    }
  });
});

describe('price lists', () => {
  test('are listed with the names of their sites and ticket types', async () => {
    const { data } = await against('price-lists list', 80);
    expect(data).toMatch(/000002 +House +Downtown +Adult, Child +1\.00 EUR +3/);
    expect(data).toMatch(/000003 +Gala +all sites/);
    const piped = await against('price-lists list --site Downtown');
    expect(piped.calls).toContainEqual({ path: 'priceLists.list', input: { siteId: downtown } });
    expect(piped.data.split('\n')[0]).toBe(
      `${house}\tHouse\t${downtown}\tadult:regular=12.00 adult:vip=20.00 child:regular=8.00` +
        '\t1.00 EUR\t3',
    );
  });

  test('are drawn as a table of ticket types and seat types', async () => {
    const { data } = await against('price-lists get house', 80);
    expect(data).toContain('Fee       1.00 EUR for each booking on the web\n');
    expect(data).toContain('Tax       that of the site\n');
    const [, prices = ''] = data.split('\n\n');
    expect(prices).toBe(
      [
        'TICKET TYPE  CODE   REGULAR    VIP',
        'Adult        adult    12.00  20.00',
        'Child        child     8.00      =',
        '=  as on a regular seat',
        '',
      ].join('\n'),
    );
  });

  test('are created with prices by code or the end of an id', async () => {
    const prices = ['--price', 'adult=12', '--price', 'adult:VIP=20,5', '--price', 'aaaa02=8.00'];
    const flags = ['--name', 'House', '--site', 'downtown', '--booking-fee', '1'];
    const { changes, said } = await against(['price-lists', 'create', ...flags, ...prices]);
    expect(changes).toEqual([
      {
        path: 'priceLists.create',
        input: {
          name: 'House',
          siteId: downtown,
          bookingFee: '1.00',
          items: [
            { ticketTypeId: adult, seatType: 'regular', price: '12.00' },
            { ticketTypeId: adult, seatType: 'vip', price: '20.50' },
            { ticketTypeId: child, seatType: 'regular', price: '8.00' },
          ],
        },
      },
    ]);
    expect(said).toContain('Price list created.');
  });

  test('keep the prices that an update does not name', async () => {
    const { changes } = await against(
      'price-lists update House --price child=9.00 --price child:vip=14.00 --remove-price adult:vip',
    );
    expect(changes).toEqual([
      {
        path: 'priceLists.update',
        input: {
          priceListId: house,
          revision: 3,
          items: [
            { ticketTypeId: adult, seatType: 'regular', price: '12.00' },
            { ticketTypeId: child, seatType: 'regular', price: '9.00' },
            { ticketTypeId: child, seatType: 'vip', price: '14.00' },
          ],
        },
      },
    ]);
  });

  test('lose a ticket type with all its prices', async () => {
    const { changes } = await against('price-lists update House --remove-price adult');
    expect(changes[0]?.input).toMatchObject({ items: [{ ticketTypeId: child }] });
    const absent = await against('price-lists update House --remove-price child:vip');
    expect([absent.exitCode, absent.changes]).toEqual([2, []]);
    expect(absent.said).toContain('The list has no price for child:vip.');
  });

  test('keep all prices if an update names none', async () => {
    const { changes } = await against('price-lists update House --clear booking-fee');
    expect(changes).toEqual([
      {
        path: 'priceLists.update',
        input: { priceListId: house, revision: 3, bookingFee: null },
      },
    ]);
  });

  test('are deleted by their whole name only', async () => {
    expect((await against('price-lists delete Hou --yes')).exitCode).toBe(3);
    const { changes } = await against('price-lists delete house --yes');
    expect(changes).toEqual([{ path: 'priceLists.delete', input: { priceListId: house } }]);
  });
});
