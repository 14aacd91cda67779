import { days } from '@matinee/api/testing';

/* Calls over REST, for tests whose server is a process behind something. */

/** What a call returned. */
export interface RestResponse<Data> {
  status: number;
  headers: Headers;
  data: Data;
}

/** Calls a route with JSON; `body` makes it a POST. */
export async function rest<Data = { id: string }>(
  url: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: HeadersInit } = {},
): Promise<RestResponse<Data>> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...Object.fromEntries(new Headers(headers)),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { data } = (await response.json()) as { data: Data };
  return { status: response.status, headers: response.headers, data };
}

/** A show that an administrator has created over REST. */
export interface RestShow {
  movieId: string;
  showtimeId: string;
  seatIds: string[];
}

/** Creates a movie, a theater and a show of tomorrow. */
export async function aRestShow(url: string, token: string): Promise<RestShow> {
  const create = async <Data>(route: string, body: unknown) =>
    (await rest<Data>(`${url}/api/v1${route}`, { token, body })).data;
  const movie = await create<{ id: string }>('/movies', {
    title: 'The Third Man',
    genre: 'Thriller',
    durationMinutes: 104,
  });
  const theater = await create<{ id: string; seats: { id: string }[] }>('/theaters', {
    name: 'Burg Kino',
    timezone: 'Europe/Vienna',
    rows: [{ label: 'A', seats: 5 }],
  });
  const showtime = await create<{ id: string }>('/showtimes', {
    movieId: movie.id,
    theaterId: theater.id,
    startTime: new Date(Date.now() + days(1)).toISOString(),
    price: '12.50',
  });
  return {
    movieId: movie.id,
    showtimeId: showtime.id,
    seatIds: theater.seats.map(({ id }) => id),
  };
}
