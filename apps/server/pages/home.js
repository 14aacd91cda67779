/*
 * Draws the seat map of the next show on the home page, and keeps it up to date. The page works without
 * it. Everything comes from the public API: the map from REST, the changes from the live feed.
 */
const place = document.getElementById('map');
const state = document.getElementById('live');
const showtimeId = place?.dataset.showtime;
const words = {
  available: 'available',
  locked: 'locked',
  reserved: 'sold',
  blocked: 'out of order',
};
const namespace = 'http://www.w3.org/2000/svg';
/** The square of each seat by its id. */
const squares = new Map();
let feed;

function shape(name, attributes) {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}

/** One unit for each position; the screen is above the first row. */
function draw(seats) {
  const columns = Math.max(...seats.map(({ position }) => position));
  const rows = Math.max(...seats.map(({ rowIndex }) => rowIndex));
  const svg = shape('svg', { viewBox: `0 0 ${columns} ${rows + 1}`, role: 'img' });
  // The seats of a small hall need not fill the page.
  svg.style.maxWidth = `${columns * 3}rem`;
  const screen = { x: columns * 0.15, y: 0.2, width: columns * 0.7, height: 0.25, rx: 0.12 };
  svg.append(shape('rect', { class: 'screen', ...screen }));
  for (const { id, rowLabel, seatNumber, rowIndex, position, status } of seats) {
    const corner = { x: position - 0.9, y: rowIndex + 0.1, width: 0.8, height: 0.8, rx: 0.2 };
    const square = shape('rect', { class: status, ...corner });
    const name = shape('title', {});
    squares.set(id, { square, name, label: `${rowLabel}${seatNumber}` });
    square.append(name);
    svg.append(square);
    show({ id, status });
  }
  place.replaceChildren(svg);
}

function show({ id, status }) {
  const seat = squares.get(id);
  if (seat) {
    seat.square.setAttribute('class', status);
    seat.name.textContent = `${seat.label}, ${words[status] ?? status}`;
  }
}

/** The map as one sentence, for those who do not see it. */
function count() {
  const all = [...squares.values()].map(({ square }) => square.getAttribute('class'));
  const available = all.filter((status) => status === 'available').length;
  const sentence = `${available} of ${all.length} seats available`;
  document.getElementById('count').textContent = `${sentence}.`;
  place.querySelector('svg').setAttribute('aria-label', `Seat map: ${sentence}`);
}

function listen() {
  const input = encodeURIComponent(JSON.stringify({ json: { showtimeId } }));
  feed = new EventSource(`/trpc/showtimes.onSeatsChanged?input=${input}`);
  feed.addEventListener('message', ({ data }) => {
    JSON.parse(data).json.seats.forEach(show);
    count();
    state.textContent = 'Live';
  });
  feed.addEventListener('error', () => {
    state.textContent = 'Connecting …';
  });
  feed.addEventListener('return', () => end('The sale of this show has ended. Reload the page.'));
  feed.addEventListener('serialized-error', () => end('The live feed is not available.'));
}

function end(text) {
  feed.close();
  feed = undefined;
  state.textContent = text;
}

/** A page that nobody looks at keeps no connection: a browser has six for a server. */
function heedVisibility() {
  if (document.hidden) {
    feed?.close();
  } else if (feed) {
    listen();
  }
}

async function start() {
  const response = await fetch(`/api/v1/showtimes/${showtimeId}/seats`);
  const { data } = await response.json();
  draw(data.seats);
  count();
  listen();
  document.addEventListener('visibilitychange', heedVisibility);
}

if (showtimeId) {
  state.textContent = 'Connecting …';
  start().catch(() => {
    state.textContent = 'The seat map is not available.';
  });
}
