import { clientFailure, readFailure, readHead, readRefusal } from './answer.ts';
import { jitter } from './call.ts';
import { ofProcedure } from './errors.ts';
import type { MatineeError } from './errors.ts';
import { loadEventSource } from './event-source.ts';
import type { EventLike, EventSourceConstructor, EventSourceLike } from './event-source.ts';
import type { Settings } from './settings.ts';
import type { SeatsEvent, ShowtimesOnSeatsChangedInput } from './types.ts';
import { decode, encode } from './wire.ts';

/** `lastEventId`: the version one has; known changes follow it without a snapshot. */
export type WatchSeatsInput = ShowtimesOnSeatsChangedInput;

/**
 * `connecting` at first, `live` while changes arrive, `reconnecting` when the line is down and the
 * client tries again; at the end `ended` (the show started, was cancelled or deleted) or `failed`.
 */
export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'ended' | 'failed';

/** Who is told what. Exactly one of the first two is called per event, in order. */
export interface SeatsHandlers {
  /** All seats: at the start, and again when changes were missed. Replace what you have. */
  onSnapshot: (event: SeatsEvent) => void;
  /** The seats that are different now. */
  onChange: (event: SeatsEvent) => void;
  onState?: ((state: LiveState) => void) | undefined;
  /** The server refused for good: no such showtime, for example. Nothing follows. */
  onError?: ((error: MatineeError) => void) | undefined;
}

export type WatchSeats = (input: WatchSeatsInput, handlers: SeatsHandlers) => () => void;

const path = 'showtimes.onSeatsChanged';

/**
 * Watches the seats of a showtime: connects, resumes after a cut with the last version it has, and
 * tells a refusal from an outage. The function it returns ends the watch; nothing is told then.
 */
export function watchSeats(
  settings: Settings,
  input: WatchSeatsInput,
  handlers: SeatsHandlers,
): () => void {
  const watch = new Watch(settings, input, handlers);
  void watch.connect();
  return () => watch.close();
}

type Listen = (
  type: 'online' | 'offline',
  listener: () => void,
  options: { signal: AbortSignal },
) => void;

/** What `readyState` of an `EventSource` is after a refusal. */
const closed = 2;

class Watch {
  readonly #settings: Settings;
  readonly #handlers: SeatsHandlers;
  readonly #showtimeId: string;
  readonly #over = new AbortController();
  #lastEventId: string | undefined;
  #source: EventSourceLike | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The longest that a sound connection is silent; before the server says it: for an answer. */
  #silenceMs: number;
  #attempt = 0;
  #state: LiveState | undefined;

  constructor(settings: Settings, input: WatchSeatsInput, handlers: SeatsHandlers) {
    this.#settings = settings;
    this.#handlers = handlers;
    this.#showtimeId = input.showtimeId;
    this.#lastEventId = input.lastEventId ?? undefined;
    this.#silenceMs = settings.timeoutMs;
    this.#heedTheLine();
  }

  /** Opens a connection. It ends in `#reconnect`, `#finish` or `close`. */
  async connect(): Promise<void> {
    this.#tell(this.#state ?? 'connecting');
    const Source = await this.#loadEventSource();
    if (!Source || this.#over.signal.aborted) {
      return;
    }
    // The package takes a `fetch`; a platform's own class passes over what it does not know.
    const source = new Source(this.#url(), { fetch: this.#settings.fetch } as never);
    this.#source = source;
    this.#expectSign();
    this.#listen('connected', ({ data }) => this.#greet(data));
    this.#listen('ping', () => (this.#attempt = 0));
    this.#listen('message', (event) => this.#take(event));
    this.#listen('serialized-error', ({ data }) => this.#refuse(data));
    this.#listen('return', () => this.#finish('ended'));
    this.#listen('error', () => void this.#lose(source.readyState));
  }

  close(): void {
    this.#over.abort();
    this.#hangUp();
  }

  /** A line that is cut says nothing; a browser knows of it sooner than the silence tells. */
  #heedTheLine(): void {
    const platform = globalThis as { addEventListener?: Listen };
    const { signal } = this.#over;
    platform.addEventListener?.('offline', () => this.#tell('reconnecting'), { signal });
    platform.addEventListener?.(
      'online',
      () => {
        this.#attempt = 0;
        this.#reconnect();
      },
      { signal },
    );
  }

  async #loadEventSource(): Promise<EventSourceConstructor | undefined> {
    try {
      return this.#settings.EventSource ?? (await loadEventSource());
    } catch (cause) {
      const message = 'This platform has no EventSource: pass one to createMatinee.';
      this.#fail(clientFailure('ABORTED', message, { details: {}, cause }).error);
      return undefined;
    }
  }

  #listen(type: string, take: (event: EventLike) => void): void {
    const source = this.#source;
    source?.addEventListener(type, (event) => {
      // A connection that was given up may still have something to say.
      if (source === this.#source) {
        this.#expectSign();
        take(event);
      }
    });
  }

  /** A cut line says nothing: what is silent for too long is given up. */
  #expectSign(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reconnect(), this.#silenceMs);
  }

  #greet(data: unknown): void {
    const options = parse(data) as { reconnectAfterInactivityMs?: number } | undefined;
    this.#silenceMs = options?.reconnectAfterInactivityMs ?? this.#silenceMs;
    this.#expectSign();
    this.#tell('live');
  }

  #take({ data, lastEventId }: EventLike): void {
    const event = decode(parse(data)) as SeatsEvent | undefined;
    if (!event) {
      this.#reconnect();
      return;
    }
    this.#attempt = 0;
    this.#lastEventId = lastEventId || event.version;
    // Whatever a newer server tells besides is not for this client.
    if (event.type === 'snapshot') {
      this.#handlers.onSnapshot(event);
    } else if (event.type === 'change') {
      this.#handlers.onChange(event);
    }
  }

  /** The stream says why it ends. */
  #refuse(data: unknown): void {
    const { error } = readFailure(streamHead, parse(data));
    if (error.isRetryable) {
      this.#reconnect();
    } else {
      this.#fail(error);
    }
  }

  /** Cut off, or never let in: an `EventSource` hides the answer, so it is asked for again. */
  async #lose(readyState: number): Promise<void> {
    // After the event: the package sets a timer of its own once everybody has heard of the error.
    await Promise.resolve();
    if (readyState !== closed) {
      this.#reconnect();
      return;
    }
    this.#hangUp();
    const error = await this.#askWhy();
    if (error?.isRetryable === false) {
      this.#fail(error);
    } else {
      this.#reconnect();
    }
  }

  async #askWhy(): Promise<MatineeError | undefined> {
    const asking = new AbortController();
    const timer = setTimeout(() => asking.abort(), this.#settings.timeoutMs);
    try {
      const init = { headers: { accept: 'text/event-stream' }, signal: asking.signal };
      const response = await this.#settings.fetch(this.#url(), init);
      if (response.ok) {
        return undefined;
      }
      return readRefusal(readHead(response), await response.text()).error;
    } catch {
      // The line is down: that passes.
      return undefined;
    } finally {
      clearTimeout(timer);
      asking.abort();
    }
  }

  #reconnect(): void {
    this.#hangUp();
    this.#tell('reconnecting');
    // Whoever was told may have closed the watch.
    if (!this.#over.signal.aborted) {
      this.#timer = setTimeout(() => void this.connect(), jitter(this.#attempt + 1));
      this.#attempt += 1;
    }
  }

  #fail(error: MatineeError): void {
    if (!this.#over.signal.aborted) {
      this.#handlers.onError?.(ofProcedure(error, path));
    }
    this.#finish('failed');
  }

  #finish(state: LiveState): void {
    this.#tell(state);
    this.close();
  }

  #tell(state: LiveState): void {
    if (this.#over.signal.aborted || state === this.#state) {
      return;
    }
    this.#state = state;
    this.#settings.log({ event: 'live', path, state });
    this.#handlers.onState?.(state);
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
  }

  #url(): string {
    const input = { showtimeId: this.#showtimeId, lastEventId: this.#lastEventId };
    return `${this.#settings.url}/trpc/${path}?input=${encodeURIComponent(encode(input))}`;
  }
}

/** A failure inside a stream: the answer itself was a good one. */
const streamHead = { status: 200, requestId: undefined, retryAfterMs: undefined };

function parse(data: unknown): unknown {
  try {
    return JSON.parse(String(data)) as unknown;
  } catch {
    return undefined;
  }
}
