import { expect, test } from 'vitest';
import { judge, readAcknowledgements } from './acknowledgements.ts';
import type { Line } from './acknowledgements.ts';

function file(...lines: Line[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function booking(id: string, ...seatIds: string[]): Line {
  return { op: 'confirmed', id, showtimeId: 's', seatIds };
}

test('a booking ends as its last line says', () => {
  const text = file(
    booking('one', 'A1'),
    booking('two', 'A2'),
    booking('three', 'A3'),
    { op: 'cancelling', id: 'two' },
    { op: 'cancelled', id: 'two' },
    { op: 'cancelling', id: 'three' },
  );
  const told = readAcknowledgements(text);
  expect(told.map(({ id, state }) => [id, state])).toEqual([
    ['one', 'confirmed'],
    ['two', 'cancelled'],
    ['three', 'unknown'],
  ]);
  expect(told[0]).toMatchObject({ showtimeId: 's', seatIds: ['A1'] });
});

test('a line that nothing precedes is no line of a run', () => {
  expect(() => readAcknowledgements(file({ op: 'cancelled', id: 'one' }))).toThrow(
    'No booking one',
  );
  expect(() => readAcknowledgements('half a li')).toThrow();
});

test('bookings that are as they were told are neither lost nor wrong nor double', () => {
  const told = readAcknowledgements(
    file(
      booking('one', 'A1'),
      { op: 'cancelling', id: 'one' },
      { op: 'cancelled', id: 'one' },
      // The seat that was given back is sold again.
      booking('two', 'A1', 'A2'),
      booking('three', 'A3'),
      { op: 'cancelling', id: 'three' },
    ),
  );
  const stored = [
    { id: 'one', status: 'cancelled' },
    { id: 'two', status: 'confirmed' },
    { id: 'three', status: 'cancelled' },
  ];
  expect(judge(told, stored)).toEqual({ acknowledged: 3, lost: [], wrong: [], doubles: [] });
});

test('an acknowledgement that is not in the database is lost', () => {
  const told = readAcknowledgements(file(booking('one', 'A1'), booking('two', 'A2')));
  const { lost } = judge(told, [{ id: 'two', status: 'confirmed' }]);
  expect(lost).toEqual(['one']);
});

test('a cancellation that was undone, and one that nobody asked for, are wrong', () => {
  const told = readAcknowledgements(
    file(
      booking('one', 'A1'),
      { op: 'cancelling', id: 'one' },
      { op: 'cancelled', id: 'one' },
      booking('two', 'A2'),
    ),
  );
  const { wrong } = judge(told, [
    { id: 'one', status: 'confirmed' },
    { id: 'two', status: 'cancelled' },
  ]);
  expect(wrong).toHaveLength(2);
});

test('a seat of two customers is double, even when the first booking is lost', () => {
  const told = readAcknowledgements(file(booking('one', 'A1', 'A2'), booking('two', 'A2', 'A3')));
  const { doubles, lost } = judge(told, [{ id: 'two', status: 'confirmed' }]);
  expect(lost).toEqual(['one']);
  expect(doubles).toEqual(['s A2: one, two']);
});

test('a cancellation without an answer that was not made keeps its seats', () => {
  const text = file(booking('one', 'A1'), { op: 'cancelling', id: 'one' }, booking('two', 'A1'));
  const { doubles } = judge(readAcknowledgements(text), [
    { id: 'one', status: 'confirmed' },
    { id: 'two', status: 'confirmed' },
  ]);
  expect(doubles).toEqual(['s A1: one, two']);
});
