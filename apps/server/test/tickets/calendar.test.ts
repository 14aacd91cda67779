import ICAL from 'ical.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, aShow, book } from '../mail/cinema.ts';
import type { Cinema } from '../mail/cinema.ts';
import { startTestServer } from '../server.ts';
import type { TestServer } from '../server.ts';

/* The calendar file, read by a parser that others have written. */

let server: TestServer;
let cinema: Cinema;
beforeAll(async () => {
  server = await startTestServer();
  const { app, databaseUrl } = server;
  cinema = { app, pool: app.pool, databaseUrl, deliver: async () => {} };
});
afterAll(() => server.close());

async function eventOf(reservationId: string, token: string): Promise<ICAL.Event> {
  const file = `${server.url}/api/v1/reservations/${reservationId}/calendar.ics`;
  const response = await fetch(file, { headers: { authorization: `Bearer ${token}` } });
  const disposition = response.headers.get('content-disposition');
  expect(disposition).toMatch(/^attachment; filename="matinee-[2-9A-Z]{8}\.ics"$/);
  const component = new ICAL.Component(ICAL.parse(await response.text()) as object[]);
  return new ICAL.Event(component.getFirstSubcomponent('vevent') ?? expect.unreachable());
}

// The clocks of Berlin go back at 01:00Z on the one night, and forward on the other.
test.each([
  ['before 02:30 of summer time', 'Europe/Berlin', '2037-10-25T00:30:00Z'],
  ['at 02:30 of winter time', 'Europe/Berlin', '2037-10-25T01:30:00Z'],
  ['after the hour that is skipped', 'Europe/Berlin', '2037-03-29T01:00:00Z'],
  ['on the night of New York', 'America/New_York', '2037-11-01T05:30:00Z'],
  ['on Lord Howe Island, where it is half an hour', 'Australia/Lord_Howe', '2037-04-04T15:15:00Z'],
])('names the instant of a show %s', async (_when, timezone, start) => {
  const startTime = new Date(start);
  const show = await aShow(cinema, { timezone, startTime, title: 'Köln; 75, „Bytes“ \\ 千と千尋' });
  const customer = await aCustomer(cinema);
  const { id, reference } = await book(customer, show, show.seatIds.slice(0, 2));
  const event = await eventOf(id, customer.token);
  expect(event.startDate.toJSDate()).toEqual(startTime);
  expect(event.startDate.zone.tzid).toBe('UTC');
  expect(event.endDate.toJSDate().getTime() - startTime.getTime()).toBe(90 * 60_000);
  expect(event.summary).toBe('Köln; 75, „Bytes“ \\ 千と千尋');
  expect(event.description).toBe(`Reference: ${reference}\nSeats: A1, A2`);
  expect(event.uid).toBe(`${id}@matinee`);
});

test('replaces the event when the show moves or a seat does, and cancels it', async () => {
  const show = await aShow(cinema);
  const customer = await aCustomer(cinema);
  const { id: reservationId } = await book(customer, show, show.seatIds.slice(0, 2));
  const before = await eventOf(reservationId, customer.token);
  const [from = '', , to = ''] = show.seatIds;
  await show.admin.desk.reseat({ reservationId, moves: [{ from, to }] });
  const moved = await eventOf(reservationId, customer.token);
  expect(moved.uid).toBe(before.uid);
  expect(moved.sequence).toBeGreaterThan(before.sequence);
  expect(moved.description).toContain('Seats: A2, A3');
  await customer.call.reservations.cancel({ reservationId });
  const ended = await eventOf(reservationId, customer.token);
  expect(ended.sequence).toBeGreaterThan(moved.sequence);
  expect(ended.component.getFirstPropertyValue('status')).toBe('CANCELLED');
});
