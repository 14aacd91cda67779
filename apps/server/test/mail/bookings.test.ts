import { refusalOf } from '@matinee/api/testing';
import { expect, test } from 'vitest';
import { rewrite } from '../races/sabotage.ts';
import { aBooking, aCustomer, aShow, book, deliveriesOf, mailerFor, openCinema } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { MailServer } from './mail-server.ts';

/* Which bookings and cancellations are followed by a mail, and which are not. */

async function open() {
  const mails = await MailServer.start();
  return { mails, cinema: await openCinema(mailerFor(mails.url())) };
}

const countFacts = async ({ pool }: Cinema) =>
  (await pool.query<{ count: number }>('select count(*)::int from outbox')).rows[0]?.count;

test('a purchase whose lock has expired sends nothing', async () => {
  const { mails, cinema } = await open();
  const [show, customer] = await Promise.all([aShow(cinema), aCustomer(cinema)]);
  const seats = { showtimeId: show.id, seatIds: show.seatIds.slice(0, 1) };
  await customer.call.showtimes.lockSeats(seats);
  await cinema.pool.query(
    `update seat_claims set locked_at = locked_at - interval '1 hour',
       expires_at = clock_timestamp() - interval '1 second'`,
  );
  const { code } = await refusalOf(customer.call.reservations.create(seats));
  await cinema.deliver();

  expect(code).toBe('LOCK_EXPIRED');
  expect(await countFacts(cinema)).toBe(0);
  expect(mails.connections).toBe(0);
});

test('a purchase that fails after its fact was written takes the fact back', async () => {
  const { mails, cinema } = await open();
  await rewrite(
    'confirm_seats',
    'v_answer := reservation_answer(p_reservation);',
    `if random() >= 0 then raise exception 'made to fail'; end if;
     v_answer := reservation_answer(p_reservation);`,
  )(cinema.pool);
  const failed = aBooking(cinema);
  await expect(failed).rejects.toThrow();
  await cinema.deliver();

  expect(await countFacts(cinema)).toBe(0);
  expect(mails.connections).toBe(0);
});

test('a booking that is cancelled before its mail went out is followed by one mail', async () => {
  const { mails, cinema } = await open();
  const { customer, reservation } = await aBooking(cinema);
  await customer.call.reservations.cancel({ reservationId: reservation.id });
  await cinema.deliver();

  expect(mails.accepted.map(({ parsed }) => parsed.subject)).toEqual([
    `Cancelled: ${reservation.showtime.movie.title}, ${reservation.reference}`,
  ]);
  expect(mails.accepted[0]?.parsed.text).not.toContain('Reason:');
  const note = 'the reservation was cancelled before the mail was sent';
  expect(await deliveriesOf(cinema.pool)).toMatchObject([
    { consequence: 'sendCancellation', state: 'done', attempts: 1, error: null },
    { consequence: 'sendConfirmation', state: 'done', attempts: 1, error: note },
  ]);
});

test('a show that is cancelled is followed by a mail to each customer, with the reason', async () => {
  const { mails, cinema } = await open();
  const show = await aShow(cinema, { title: 'Rear Window' });
  const customers = await Promise.all(Array.from({ length: 3 }, () => aCustomer(cinema)));
  await Promise.all(
    customers.map((customer, index) => book(customer, show, show.seatIds.slice(index, index + 1))),
  );
  await cinema.deliver();
  mails.accepted.length = 0;

  const reason = 'The projector is <broken> & smells';
  await show.admin.showtimes.cancel({ showtimeId: show.id, reason });
  await cinema.deliver();

  expect(mails.accepted.flatMap(({ recipients }) => recipients).toSorted()).toEqual(
    customers.map(({ email }) => email).toSorted(),
  );
  for (const { parsed } of mails.accepted) {
    expect(parsed.subject).toMatch(/^Cancelled: Rear Window, \w{8}$/);
    expect(parsed.text).toMatch(/^Reason: +The projector is <broken> & smells$/m);
    expect(parsed.html).toContain('The projector is &lt;broken&gt; &amp; smells');
  }
});
