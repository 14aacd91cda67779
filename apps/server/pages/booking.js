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

/** A file of a reservation. */
async function fileOf({ id }, file, token) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`/api/v1/reservations/${id}/${file}`, { headers });
  if (!response.ok) {
    throw new Error(`No ${file}.`);
  }
  return response.blob();
}

/** Does something in a session of the link's guest, which ends with it. */
async function inSession(link, work) {
  const body = { token: link };
  const { accessToken: token } = await call('/auth/link', { method: 'POST', body });
  try {
    return await work(token);
  } finally {
    await call('/auth/logout', { method: 'POST', token }).catch(() => {});
  }
}

/** The bookings, newest first, each with its show and its tickets. */
function read(link) {
  return inSession(link, async (token) => {
    const { items } = await call('/reservations?limit=100', { token });
    return Promise.all(
      items.map(async (booking) => ({
        ...booking,
        timeZone: (await call(`/showtimes/${booking.showtime.id}`)).theater.timezone,
        tickets: booking.status === 'confirmed' ? await ticketsOf(booking, token) : [],
        cancellation:
          booking.status === 'cancelled' ? undefined : await cancellationOf(booking, token),
      })),
    );
  });
}

/** The tickets that are still valid, with their QR codes; none where the cinema issues none. */
async function ticketsOf(booking, token) {
  const tickets = await call(`/reservations/${booking.id}/tickets`, { token }).catch(() => []);
  return Promise.all(
    tickets
      .filter(({ status }) => status !== 'void')
      .map(async (ticket) => ({
        ...ticket,
        picture: await (await fileOf(booking, `tickets/${ticket.seatId}.svg`, token)).text(),
      })),
  );
}

/** Whether a booking can be cancelled, and what is returned. */
function cancellationOf({ id }, token) {
  return call(`/reservations/${id}/cancellation`, { token });
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

/** The codes, and the way to them as a file. */
function drawTickets(booking, link) {
  if (booking.tickets.length === 0) {
    return [];
  }
  const codes = booking.tickets.map(({ rowLabel, seatNumber, status, picture }) => {
    const { documentElement: svg } = new DOMParser().parseFromString(picture, 'image/svg+xml');
    const words = `${rowLabel}${seatNumber}${status === 'used' ? ', used' : ''}`;
    return element('figure', '', document.importNode(svg, true), element('figcaption', words));
  });
  const save = element('button', 'Save the tickets as PDF');
  save.addEventListener('click', () => void saveTickets(booking, { link, save }));
  return [Object.assign(element('div', '', ...codes), { className: 'tickets' }), save];
}

async function saveTickets(booking, { link, save }) {
  save.disabled = true;
  try {
    const file = await inSession(link, (token) => fileOf(booking, 'tickets.pdf', token));
    const way = document.createElement('a');
    way.href = URL.createObjectURL(file);
    way.download = `tickets-${booking.reference}.pdf`;
    way.click();
    URL.revokeObjectURL(way.href);
  } catch {
    state.textContent = 'The tickets cannot be saved at the moment. Try again in a few minutes.';
  } finally {
    save.disabled = false;
  }
}

const blocks = {
  checked_in: 'Somebody has come with one of these tickets. Ask at the desk to cancel.',
  disputed: 'The payment is disputed. Ask the cinema to cancel.',
  showtime_started: 'The show has started, so the booking can no longer be cancelled.',
};

/** The way to cancel: first a question that says what is returned. */
function drawCancellation(booking, link) {
  const { cancellation } = booking;
  if (!cancellation) {
    return [];
  }
  if (!cancellation.allowed) {
    const words = blocks[cancellation.blockReason];
    return words === undefined ? [] : [Object.assign(element('p', words), { className: 'soft' })];
  }
  const ask = element('button', 'Cancel the booking');
  ask.addEventListener('click', () => askToCancel(booking, { link, ask }));
  return [ask];
}

function askToCancel(booking, { link, ask }) {
  const { refundTotal } = booking.cancellation;
  const returned =
    Number(refundTotal) > 0
      ? `You get ${money(refundTotal, booking.currency)} back.`
      : 'No money is returned.';
  const words = `Cancel ${booking.reference}? The seats go back on sale immediately. ${returned}`;
  const keep = element('button', 'Keep it');
  const confirm = Object.assign(element('button', 'Yes, cancel it'), { className: 'danger' });
  const question = element('p', words);
  const group = element('div', '', question, element('div', '', confirm, keep));
  group.className = 'question';
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', words);
  keep.addEventListener('click', () => {
    group.replaceWith(ask);
    ask.focus();
  });
  confirm.addEventListener('click', () => {
    confirm.disabled = true;
    keep.disabled = true;
    state.textContent = 'Cancelling your booking …';
    void cancelBooking(booking, link);
  });
  ask.replaceWith(group);
  keep.focus();
}

const cancelRefusals = {
  PRICE_CHANGED: 'The amount that is returned has changed. Please decide again.',
  ALREADY_CANCELLED: 'The booking has been cancelled.',
  SHOWTIME_STARTED: blocks.showtime_started,
};

/** What the customer has read is what is returned, or nothing is cancelled. */
async function cancelBooking({ id, reference, cancellation }, link) {
  let outcome = `Booking ${reference} is cancelled.`;
  try {
    const path = `/reservations/${id}?expectedRefund=${cancellation.refundTotal}`;
    await inSession(link, (token) => call(path, { method: 'DELETE', token }));
  } catch (failure) {
    outcome =
      cancelRefusals[failure.code] ??
      blocks[failure.details?.blockReason] ??
      'The booking cannot be cancelled at the moment. Try again in a few minutes.';
  }
  await showBookings(outcome);
}

function draw(booking, link) {
  const facts = factsOf(booking).flatMap(([name, value]) => [
    element('dt', name),
    element('dd', value),
  ]);
  return element(
    'section',
    '',
    element('h2', booking.showtime.movie.title),
    element('dl', '', ...facts),
    ...drawTickets(booking, link),
    ...drawCancellation(booking, link),
  );
}

function wordsFor(bookings) {
  if (bookings.some(({ tickets }) => tickets.length > 0)) {
    return 'Show your tickets at the entrance, on this screen or on paper.';
  }
  return bookings.some(({ status }) => status === 'confirmed')
    ? 'Show the reference at the entrance.'
    : 'No seats are booked.';
}

/** @param outcome what has been done, to be said instead of what the page shows */
async function showBookings(outcome) {
  const link = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!outcome) {
    list.replaceChildren();
  }
  if (!link) {
    state.textContent = 'Open this page by the link in the mail about your booking.';
    return;
  }
  if (!outcome) {
    state.textContent = 'Reading your booking …';
  }
  try {
    const bookings = await read(link);
    list.replaceChildren(...bookings.map((booking) => draw(booking, link)));
    state.textContent = outcome ?? wordsFor(bookings);
  } catch (failure) {
    state.textContent =
      failure.code === 'LINK_INVALID'
        ? refusals[failure.details.reason]
        : 'Your booking cannot be shown at the moment. Try again in a few minutes.';
  }
}

addEventListener('hashchange', () => void showBookings());
void showBookings();
