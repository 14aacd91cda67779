import { createMatinee, SeatMapStore } from '@matinee/sdk';
import type { Seat } from '@matinee/sdk';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { smallServer } from '../../test/small-server.ts';
import { MatineeProvider, SeatPicker, useMatinee } from './index.ts';
import { moneyText, sumOf } from './money.ts';
import { columnsOf, neighbour, rowsOf } from './seat-grid.ts';
import { storeOf } from './shared-stores.ts';

const url = 'http://matinee.test';

const aSeat = (rowIndex: number, position: number): Seat => ({
  id: `${rowIndex}-${position}`,
  rowLabel: 'ABC'[rowIndex - 1] ?? '',
  seatNumber: position,
  rowIndex,
  position,
  seatType: 'regular',
  features: [],
  price: '11.00',
  status: 'available',
});

describe('on a server', () => {
  test('the seat picker is drawn without its seats, and asks for nothing', () => {
    const server = smallServer({});
    const matinee = createMatinee({ url, fetch: server.fetch });
    const html = renderToString(
      <MatineeProvider client={matinee}>
        <SeatPicker showtimeId="s" className="mine" />
      </MatineeProvider>,
    );
    expect(html).toContain('class="matinee-seat-picker mine"');
    expect(html).toContain('Loading the seats');
    expect(server.requests).toEqual([]);
  });

  test('a text can be replaced', () => {
    const html = renderToString(
      <MatineeProvider client={createMatinee({ url })}>
        <SeatPicker showtimeId="s" texts={{ loading: 'Plätze werden geladen …' }} />
      </MatineeProvider>,
    );
    expect(html).toContain('Plätze werden geladen');
  });
});

test('a component outside of a provider says what it lacks', () => {
  const Lost = () => <p>{typeof useMatinee()}</p>;
  expect(() => renderToString(<Lost />)).toThrow('MatineeProvider');
});

describe('the rows of a hall', () => {
  const seats = [aSeat(2, 5), aSeat(1, 2), aSeat(1, 1), aSeat(2, 1)];
  const rows = rowsOf(seats);

  test('run from the screen backwards, and from left to right', () => {
    expect(rows.map(({ label, seats: inRow }) => [label, inRow.map(({ id }) => id)])).toEqual([
      ['A', ['1-1', '1-2']],
      ['B', ['2-1', '2-5']],
    ]);
    expect(columnsOf(seats)).toBe(5);
  });

  test.each([
    ['1-1', 'ArrowRight', '1-2'],
    ['1-2', 'ArrowRight', undefined],
    ['1-2', 'ArrowLeft', '1-1'],
    ['1-2', 'ArrowDown', '2-1'],
    ['2-5', 'ArrowUp', '1-2'],
    ['1-1', 'ArrowUp', undefined],
    ['1-1', 'Enter', undefined],
  ])('from %s, %s leads to %s', (from, key, to) => {
    const seat = seats.find(({ id }) => id === from) as Seat;
    expect(neighbour(rows, seat, key)?.id).toBe(to);
  });
});

describe('money', () => {
  test.each([
    [[], '0.00'],
    [['0.05'], '0.05'],
    [['11.10', '0.90', '100.00'], '112.00'],
    [['99999999.99', '0.02'], '100000000.01'],
  ])('%j together is %s', (amounts, sum) => {
    expect(sumOf(amounts)).toBe(sum);
  });

  test('is written for people, exactly', () => {
    expect(moneyText('90071992547409.93', 'USD', 'en-US')).toBe('$90,071,992,547,409.93');
  });
});

describe('components that watch one showtime', () => {
  const matinee = createMatinee({ url, fetch: smallServer({}).fetch });

  test('share a store, also before one of them watches', () => {
    const store = storeOf(matinee, 's');
    expect(store).toBeInstanceOf(SeatMapStore);
    expect(storeOf(matinee, 's')).toBe(store);
    expect(storeOf(matinee, 'another')).not.toBe(store);
    expect(storeOf(createMatinee({ url }), 's')).not.toBe(store);
  });
});
