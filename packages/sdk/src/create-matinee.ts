import type { Matinee } from './api.ts';
import { newIdempotencyKey, performCall } from './call.ts';
import type { MutationOptions } from './call.ts';
import { MatineeError } from './errors.ts';
import { keepSession } from './keep-session.ts';
import { watchSeats } from './live.ts';
import type { SeatsHandlers, WatchSeatsInput } from './live.ts';
import { listAll } from './paging.ts';
import type { Page } from './paging.ts';
import { uploadPoster } from './poster.ts';
import type { UploadPosterInput } from './poster.ts';
import { procedures } from './procedures.ts';
import { performRest } from './rest.ts';
import type { RestRequest } from './rest.ts';
import { showtimePictures, theaterPictures } from './seat-pictures.ts';
import { resolveSettings } from './settings.ts';
import type { MatineeOptions, Settings } from './settings.ts';
import { ticketFiles } from './ticket-files.ts';
import { createTransport } from './transport.ts';
import type { Transport } from './transport.ts';

/**
 * Makes a client. It holds no connection and needs no closing; make one and share it.
 *
 * @example
 * ```ts
 * import { browserSession, createMatinee } from '@matinee/sdk';
 *
 * const matinee = createMatinee({
 *   url: 'http://127.0.0.1:8000',
 *   session: browserSession(),
 * });
 * const { items } = await matinee.movies.list({ genre: 'Drama' });
 * console.log(items.map((movie) => movie.title));
 * ```
 */
export function createMatinee(options: MatineeOptions): Matinee {
  const settings = resolveSettings(options, keepSession);
  const call = createCall(settings, createTransport(settings));
  const client = buildClient({ settings, call }, procedures, '') as {
    movies: object;
    theaters: object;
    showtimes: object;
    tickets: object;
  };
  const upload = (input: UploadPosterInput, given?: MutationOptions) =>
    uploadPoster(settings, input, given);
  const request = (input: RestRequest, given?: MutationOptions) =>
    performRest(settings, input, given);
  return {
    ...client,
    movies: { ...client.movies, uploadPoster: upload },
    theaters: { ...client.theaters, ...theaterPictures(settings) },
    showtimes: { ...client.showtimes, ...showtimePictures(settings) },
    tickets: { ...client.tickets, ...ticketFiles(settings) },
    request,
  } as Matinee;
}

type Kind = 'query' | 'mutation' | 'list' | 'subscription';
interface KindTree {
  readonly [name: string]: Kind | KindTree;
}

type Call = (
  procedure: { path: string; kind: 'query' | 'mutation' },
  input: object | undefined,
  options: MutationOptions | undefined,
) => Promise<unknown>;

/** The functions of one namespace, as the table lists them. */
function buildClient(
  tools: { settings: Settings; call: Call },
  kinds: KindTree,
  prefix: string,
): object {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      typeof kind === 'string'
        ? buildFunction(tools, `${prefix}${name}`, kind)
        : buildClient(tools, kind, `${prefix}${name}.`),
    ]),
  );
}

function buildFunction(
  { settings, call }: { settings: Settings; call: Call },
  path: string,
  kind: Kind,
): unknown {
  if (kind === 'subscription') {
    return (input: WatchSeatsInput, handlers: SeatsHandlers) =>
      watchSeats(settings, input, handlers);
  }
  const procedure = { path, kind: kind === 'mutation' ? kind : 'query' } as const;
  const once = (input?: object, options?: MutationOptions) => call(procedure, input, options);
  if (kind !== 'list') {
    return once;
  }
  const all = (input: { limit?: number } = {}, options?: MutationOptions) =>
    listAll((page) => once({ ...input, ...page }, options) as Promise<Page<unknown>>, input.limit);
  return Object.assign(once, { all });
}

/** Not `async` before the first attempt is under way: what is called together is sent together. */
function createCall(settings: Settings, transport: Transport): Call {
  return async ({ path, kind }, input = {}, options = {}) => {
    assertWritable(input);
    const idempotencyKey =
      kind === 'mutation' ? (options.idempotencyKey ?? newIdempotencyKey()) : undefined;
    return performCall(settings, {
      path,
      input,
      options,
      send: (signal) => transport({ path, kind, input, idempotencyKey, options, signal }),
    });
  };
}

/** A cycle, a BigInt: JSON has no word for it. */
function assertWritable(input: object): void {
  try {
    JSON.stringify(input);
  } catch (cause) {
    throw new MatineeError({
      code: 'VALIDATION_ERROR',
      message: 'The input cannot be written as JSON.',
      status: 400,
      details: { issues: [] },
      cause,
    });
  }
}
