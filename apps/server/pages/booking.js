/*
 * Shows the bookings of a guest, who comes by the link in a mail. The token of the link is behind `#`, so
 * it reaches no server before this script sends it. The session that it opens ends when the bookings are
 * read.
 */
const state = document.getElementById('state');
const list = document.getElementById('bookings');

const refusals = {
  unknown: 'This link is not valid. Open it from the mail again, and check that it is complete.',
  used: 'This link has been used already.',
  expired: 'This link has expired. It worked until a day after the show.',
};

/** The data of a response. Throws the failure's code and details. */
async function call(path, { method = 'GET', token, body } = {}) {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const { success, data, error } = await (await fetch(`/api/v1${path}`, init)).json();
  if (!success) {
    throw Object.assign(new Error(error.message), error);
  }
  return data;
}

/** The bookings, newest first, each with its show. */
async function read(link) {
  const { accessToken: token } = await call('/auth/link', {
    method: 'POST',
    body: { token: link },
  });
  const { items } = await call('/reservations?limit=100', { token });
  const bookings = await Promise.all(
    items.map(async (booking) => ({
      ...booking,
      timeZone: (await call(`/showtimes/${booking.showtime.id}`)).theater.timezone,
    })),
  );
  await call('/auth/logout', { method: 'POST', token }).catch(() => {});
  return bookings;
}

function element(name, text, ...children) {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

function money(amount, currency) {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).format(amount);
}

const states = {
  pending: 'Not paid yet',
  confirmed: 'Booked',
  cancelled: 'Cancelled',
};

function factsOf({ showtime, seats, timeZone, ...booking }) {
  const start = new Intl.DateTimeFormat('en', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(new Date(showtime.startTime));
  const kept = seats.filter(({ cancelledAt }) => cancelledAt === null);
  const shown = kept.length === 0 ? seats : kept;
  const { currency, refunded, showCancelReason } = booking;
  return [
    ['State', states[booking.status]],
    ...(showCancelReason === null ? [] : [['Reason', showCancelReason]]),
    ['Reference', booking.reference],
    ['Starts', start],
    ['Theater', showtime.theater.name],
    ['Seats', shown.map(({ rowLabel, seatNumber }) => `${rowLabel}${seatNumber}`).join(', ')],
    ['Total', money(booking.total, currency)],
    ...(Number(refunded) > 0 ? [['Returned', money(refunded, currency)]] : []),
  ];
}

function draw(booking) {
  const facts = factsOf(booking).flatMap(([name, value]) => [
    element('dt', name),
    element('dd', value),
  ]);
  return element(
    'section',
    '',
    element('h2', booking.showtime.movie.title),
    element('dl', '', ...facts),
  );
}

async function showBookings() {
  const link = new URLSearchParams(location.hash.slice(1)).get('token');
  list.replaceChildren();
  if (!link) {
    state.textContent = 'Open this page by the link in the mail about your booking.';
    return;
  }
  state.textContent = 'Reading your booking …';
  try {
    const bookings = await read(link);
    list.replaceChildren(...bookings.map(draw));
    state.textContent = bookings.some(({ status }) => status === 'confirmed')
      ? 'Show the reference at the entrance.'
      : 'No seats are booked.';
  } catch (failure) {
    state.textContent =
      failure.code === 'LINK_INVALID'
        ? refusals[failure.details.reason]
        : 'Your booking cannot be shown at the moment. Try again in a few minutes.';
  }
}

addEventListener('hashchange', () => void showBookings());
void showBookings();
