import type { RequestHandler } from 'express';
import { html, pageFile, pageOf, sendPage } from './html.ts';
import type { Html } from './html.ts';

/*
 * The pages to which links in mails lead. The token is behind `#`, so it reaches no server before the
 * page's script sends it to the API.
 */

/** `GET /m/booking`: what a guest has booked. The script reads it from the API. */
export function bookingPage(): RequestHandler {
  return mailedPage('Your booking', 'booking.js', html`<div id="bookings" class="cards"></div>`);
}

/** `GET /m/reset-password`: sets a new password. */
export function resetPasswordPage(): RequestHandler {
  return mailedPage(
    'Set a new password',
    'reset-password.js',
    html`
      <form id="form" class="narrow" hidden novalidate>
        <label for="password">New password</label>
        <input
          id="password"
          type="password"
          autocomplete="new-password"
          aria-describedby="rule error"
          required
        />
        <p id="rule" class="soft">At least 8 characters of any script.</p>
        <p id="error" class="error" role="alert"></p>
        <button>Set the password</button>
      </form>
    `,
  );
}

/** `GET /m/verify-email`: proves the address of an account. */
export function verifyEmailPage(): RequestHandler {
  return mailedPage(
    'Confirm your e-mail address',
    'verify-email.js',
    html`<button id="confirm" hidden>Confirm the address</button>`,
  );
}

/**
 * `GET /m/unsubscribe`: ends reminders and news. Some mail programs open the address that is for their request,
 * whose token is in the query: a page changes nothing before its button is pressed.
 */
export function unsubscribePage(): RequestHandler {
  return mailedPage(
    'Reminders and news',
    'unsubscribe.js',
    html`<button id="unsubscribe" hidden>No more reminders and news</button>`,
  );
}

function mailedPage(title: string, script: string, body: Html): RequestHandler {
  const page = pageOf({
    title: `${title} – Matinee`,
    body: html`
      <header>
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <div><h1>${title}</h1></div>
      </header>
      <main>
        <p id="state" role="status">This page needs JavaScript.</p>
        ${body}
      </main>
    `,
    script: pageFile(script),
  });
  return async (req, res) => {
    res.set('Cache-Control', 'no-cache');
    await sendPage(req, res, page);
  };
}
