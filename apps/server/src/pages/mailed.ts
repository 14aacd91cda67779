import type { RequestHandler } from 'express';
import { html, pageFile, pageOf, sendPage } from './html.ts';

/** `GET /m/booking`: what a guest has booked, by the link in a mail. The script reads it from the API. */
export function bookingPage(): RequestHandler {
  const page = pageOf({
    title: 'Your booking – Matinee',
    body: html`
      <header>
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <div><h1>Your booking</h1></div>
      </header>
      <main>
        <p id="state" role="status">This page needs JavaScript.</p>
        <div id="bookings" class="cards"></div>
      </main>
    `,
    script: pageFile('booking.js'),
  });
  return async (req, res) => {
    res.set('Cache-Control', 'no-cache');
    await sendPage(req, res, page);
  };
}
