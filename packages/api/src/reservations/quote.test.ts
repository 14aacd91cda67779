import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../test/app.ts';
import type { TestApp } from '../../test/app.ts';
import { aShowtime, aUser, refusalOf } from '../../test/builders.ts';
import { standardTicketType } from '../db/entities/ticket-type.ts';

let running: TestApp;
beforeAll(async () => {
  running = await createTestApp();
});
afterAll(() => running.close());

describe('the seats of a purchase', () => {
  test('may be given with their ticket types, and cost the same', async () => {
    const { user, showtimeId, seatIds } = await scene();
    const plain = await user.call.reservations.quote({ showtimeId, seatIds });
    const seats = seatIds.map((seatId) => ({ seatId, ticketTypeId: standardTicketType }));
    expect(await user.call.reservations.quote({ showtimeId, seats })).toEqual(plain);
    expect(plain).toMatchObject({ totalPrice: '20.00', total: '20.00', currency: 'USD' });
    await user.call.showtimes.lockSeats({ showtimeId, seatIds });
    expect(await user.call.reservations.create({ showtimeId, seats })).toMatchObject({
      status: 'confirmed',
      totalPrice: '20.00',
    });
  });

  test.each([
    ['both ways', (seatIds: string[]) => ({ seatIds, seats: withType(seatIds) })],
    ['neither way', () => ({})],
  ])('given %s are refused', async (_, wish) => {
    const { user, showtimeId, seatIds } = await scene();
    const input = { showtimeId, ...wish(seatIds) };
    expect((await refusalOf(user.call.reservations.quote(input))).code).toBe('VALIDATION_ERROR');
    expect((await refusalOf(user.call.reservations.create(input))).code).toBe('VALIDATION_ERROR');
  });

  test('of another ticket type are refused', async () => {
    const { user, showtimeId, seatIds } = await scene();
    const ticketTypeId = randomUUID();
    const seats = withType(seatIds, ticketTypeId);
    expect(await refusalOf(user.call.reservations.quote({ showtimeId, seats }))).toMatchObject({
      code: 'TICKET_TYPE_NOT_ALLOWED',
      details: { ticketTypeId },
    });
  });

  test('are in the theater of a showtime that there is', async () => {
    const { user, showtimeId, seatIds } = await scene();
    const other = await aShowtime(running.app);
    const foreign = { showtimeId, seatIds: [...seatIds, other.seatIds[0] ?? ''] };
    expect(await refusalOf(user.call.reservations.quote(foreign))).toMatchObject({
      code: 'NOT_FOUND',
      details: { seatIds: other.seatIds.slice(0, 1) },
    });
    const unknown = { showtimeId: randomUUID(), seatIds };
    expect((await refusalOf(user.call.reservations.quote(unknown))).code).toBe('NOT_FOUND');
  });
});

test('the contact of a purchase stays with it', async () => {
  const { user, showtimeId, seatIds } = await scene();
  await user.call.showtimes.lockSeats({ showtimeId, seatIds });
  const contact = { contactEmail: 'buyer@example.com', contactPhone: '+4930123456', locale: 'de' };
  const { id: reservationId } = await user.call.reservations.create({
    showtimeId,
    seatIds,
    ...contact,
  });
  expect(await user.call.reservations.get({ reservationId })).toMatchObject({
    contactEmail: 'buyer@example.com',
  });
});

test('the preview of a cancellation says what stands in its way', async () => {
  const { user, showtimeId, seatIds } = await scene();
  await user.call.showtimes.lockSeats({ showtimeId, seatIds });
  const { id: reservationId } = await user.call.reservations.create({ showtimeId, seatIds });
  expect(await user.call.reservations.previewCancel({ reservationId })).toMatchObject({
    allowed: true,
    refundTotal: '0.00',
    validUntil: null,
  });
  await user.call.reservations.cancel({ reservationId });
  expect(await user.call.reservations.previewCancel({ reservationId })).toMatchObject({
    allowed: false,
    blockReason: 'already_cancelled',
    seats: [],
  });
});

async function scene() {
  const { showtime, seatIds } = await aShowtime(running.app);
  const user = await aUser(running.app);
  return { user, showtimeId: showtime.id, seatIds: seatIds.slice(0, 2) };
}

const withType = (seatIds: string[], ticketTypeId: string = standardTicketType) =>
  seatIds.map((seatId) => ({ seatId, ticketTypeId }));
