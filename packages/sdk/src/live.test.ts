import { afterEach, describe, expect, test, vi } from 'vitest';
import { answer, cut, refuse, smallServer } from '../test/small-server.ts';
import type { Fault } from '../test/small-server.ts';
import { createMatinee } from './create-matinee.ts';
import type { SeatsEvent } from './types.ts';

const url = 'http://matinee.test';

/** Tells what is pushed into it, until it is ended or nobody listens. */
function aStream() {
  const told: SeatsEvent[] = [];
  let ended = false;
  let failure: (() => never) | undefined;
  let wake: () => void = () => {};
  const inputs: { showtimeId: string; lastEventId?: string }[] = [];
  async function* watch(input: { showtimeId: string; lastEventId?: string }) {
    inputs.push(input);
    const since = told.findIndex(({ version }) => version === input.lastEventId);
    for (let next = since + 1; ; next += 1) {
      while (next >= told.length) {
        failure?.();
        if (ended) {
          return;
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
      yield told[next] as SeatsEvent;
    }
  }
  return {
    watch,
    inputs,
    tell: (type: SeatsEvent['type'], version: string, seats: SeatsEvent['seats'] = []) => {
      told.push({ type, version, seats });
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
    fail: (refusal: () => never) => {
      failure = refusal;
      wake();
    },
    heal: () => (failure = undefined),
  };
}

/** A client that watches, and everything that it was told. */
function aWatcher(stream = aStream(), faults: Fault[] = []) {
  const server = smallServer({ 'showtimes.onSeatsChanged~': stream.watch });
  server.faults.push(...faults);
  const lines: Cuttable[] = [];
  const matinee = createMatinee({
    url,
    fetch: async (address, init) => {
      const response = await server.fetch(address, init);
      const line = cuttable(response);
      lines.push(line);
      return line.response;
    },
  });
  const told: string[] = [];
  const close = matinee.showtimes.onSeatsChanged(
    { showtimeId: 's' },
    {
      onSnapshot: ({ version }) => told.push(`snapshot ${version}`),
      onChange: ({ version, seats }) => told.push(`change ${version} of ${seats.length}`),
      onState: (state) => told.push(state),
      onError: ({ code }) => told.push(`error ${code}`),
    },
  );
  const until = (what: string) => vi.waitUntil(() => told.includes(what), { timeout: 5_000 });
  return { server, stream, told, close, until, lines };
}

/** An `EventSource` that says what the test says. */
class HandMade {
  readyState = 0;
  readonly #listeners = new Map<string, (event: { data?: unknown }) => void>();

  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.readyState = 2;
  }

  say(type: string, event?: object): void {
    this.#listeners.get(type)?.({ data: JSON.stringify({ json: event }) });
  }
}

interface Cuttable {
  response: Response;
  cut(): void;
}

/** An answer whose line can be cut in the middle. */
function cuttable(response: Response): Cuttable {
  if (!response.body) {
    return { response, cut: () => {} };
  }
  let cutLine: () => void = () => {};
  const through = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => {
      cutLine = () => controller.error(new TypeError('terminated'));
    },
  });
  void response.body.pipeTo(through.writable).catch(() => {});
  const { status, headers } = response;
  return { response: new Response(through.readable, { status, headers }), cut: () => cutLine() };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('a watch', () => {
  test('tells a snapshot and then every change in order', async () => {
    const { stream, told, close, until } = aWatcher();
    stream.tell('snapshot', 'v1', [{ id: 'a', status: 'available' }]);
    stream.tell('change', 'v2', [{ id: 'a', status: 'locked' }]);
    await until('change v2 of 1');
    stream.tell('change', 'v3', [{ id: 'a', status: 'reserved' }]);
    await until('change v3 of 1');
    close();

    expect(told).toEqual(['connecting', 'live', 'snapshot v1', 'change v2 of 1', 'change v3 of 1']);
  });

  test('tells nothing once it is closed, and hangs up', async () => {
    const { server, stream, told, close, until } = aWatcher();
    stream.tell('snapshot', 'v1');
    await until('snapshot v1');

    close();
    stream.tell('change', 'v2');
    await vi.waitUntil(() => server.requests[0]?.signal.aborted);

    expect(told.at(-1)).toBe('snapshot v1');
    expect(server.requests).toHaveLength(1);
  });

  test('that is closed at once asks for nothing', async () => {
    const { server, close } = aWatcher();
    close();
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toEqual([]);
  });

  test('ends with the show', async () => {
    const { server, stream, told, until } = aWatcher();
    stream.tell('snapshot', 'v1');
    stream.end();
    await until('ended');

    expect(told).toEqual(['connecting', 'live', 'snapshot v1', 'ended']);
    expect(server.requests).toHaveLength(1);
  });

  test('goes on after a cut where it was', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.01);
    const { stream, told, close, until, lines } = aWatcher();
    stream.tell('snapshot', 'v1');
    await until('snapshot v1');

    lines[0]?.cut();
    await until('reconnecting');
    stream.tell('change', 'v2');
    await until('change v2 of 0');
    close();

    expect(told).toEqual([
      'connecting',
      'live',
      'snapshot v1',
      'reconnecting',
      'live',
      'change v2 of 0',
    ]);
    expect(stream.inputs).toEqual([{ showtimeId: 's' }, { showtimeId: 's', lastEventId: 'v1' }]);
  });

  test('heeds a browser that says the line is down, and up again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.01);
    const browser = new EventTarget();
    vi.stubGlobal('addEventListener', browser.addEventListener.bind(browser));
    const { server, stream, told, close, until } = aWatcher();
    stream.tell('snapshot', 'v1');
    await until('snapshot v1');

    // The stream is open, and says nothing.
    browser.dispatchEvent(new Event('offline'));
    expect(told.at(-1)).toBe('reconnecting');
    browser.dispatchEvent(new Event('online'));
    await vi.waitUntil(() => told.at(-1) === 'live', { timeout: 5_000 });
    close();
    browser.dispatchEvent(new Event('offline'));
    browser.dispatchEvent(new Event('online'));

    expect(told).toEqual(['connecting', 'live', 'snapshot v1', 'reconnecting', 'live']);
    expect(server.requests).toHaveLength(2);
    expect(stream.inputs.at(-1)).toEqual({ showtimeId: 's', lastEventId: 'v1' });
  });

  test('goes on at another server when this one stops', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.01);
    const { stream, told, close, until } = aWatcher();
    stream.tell('snapshot', 'v1');
    await until('snapshot v1');

    stream.fail(() => refuse('UNAVAILABLE', 503));
    await until('reconnecting');
    stream.heal();
    stream.tell('change', 'v2');
    await until('change v2 of 0');
    close();

    expect(told).not.toContain('ended');
    expect(told).not.toContain('failed');
  });

  test.each([
    ['a cut line', cut],
    ['503 of a proxy', answer(503)],
    ['a server that is starting', answer(502, 'no')],
  ])('keeps trying after %s', async (_name, fault) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    // Every second request asks why the one before was refused.
    const { stream, told, close, until } = aWatcher(aStream(), [fault, fault, fault, fault]);
    stream.tell('snapshot', 'v1');
    await until('snapshot v1');
    close();

    expect(told).toEqual(['connecting', 'reconnecting', 'live', 'snapshot v1']);
  });

  test('says why when it is refused for good', async () => {
    const stream = aStream();
    stream.fail(() => refuse('NOT_FOUND', 404));
    const { server, told, until } = aWatcher(stream);
    await until('failed');

    expect(told).toEqual(['connecting', 'live', 'error NOT_FOUND', 'failed']);
    expect(server.requests).toHaveLength(1);
  });

  test('says why when it is not even let in', async () => {
    const refusal = {
      error: {
        json: { message: 'no', code: -1, data: { appCode: 'VALIDATION_ERROR', httpStatus: 400 } },
      },
    };
    const fault = answer(400, JSON.stringify(refusal));
    const { told, until } = aWatcher(aStream(), [fault, fault]);
    await until('failed');

    expect(told).toEqual(['connecting', 'error VALIDATION_ERROR', 'failed']);
  });

  test('gives a line up that is silent for longer than the server said', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const silent = 'event: connected\ndata: {"reconnectAfterInactivityMs":30}\n\n';
    const body = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode(silent)),
      });
    const headers = { 'content-type': 'text/event-stream' };
    const fault: Fault = () => new Response(body(), { headers });
    const { server, stream, told, close, until } = aWatcher(aStream(), [fault]);
    stream.tell('snapshot', 'v1');
    await until('snapshot v1');
    close();

    expect(told).toEqual(['connecting', 'live', 'reconnecting', 'live', 'snapshot v1']);
    expect(server.requests[0]?.signal.aborted).toBe(true);
  });

  test('starts anew when an event cannot be read', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const broken = 'event: connected\ndata: {}\n\ndata: {"json":\n\n';
    const fault = answer(200, broken, { 'content-type': 'text/event-stream' });
    const { stream, told, close, until } = aWatcher(aStream(), [fault]);
    stream.tell('snapshot', 'v1');
    await until('snapshot v1');
    close();

    expect(told).not.toContain('failed');
  });

  test('that is closed when it hears of the cut leaves nothing behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const server = smallServer({});
    server.faults.push(cut);
    const matinee = createMatinee({ url, fetch: server.fetch });
    const states: string[] = [];

    const close = matinee.showtimes.onSeatsChanged(
      { showtimeId: 's' },
      {
        onSnapshot: () => {},
        onChange: () => {},
        onState: (state) => {
          states.push(state);
          if (state === 'reconnecting') {
            close();
          }
        },
      },
    );
    while (!states.includes('reconnecting')) {
      await new Promise((resolve) => setImmediate(resolve));
    }

    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test('that is closed while it asks why it was refused tells nothing more', async () => {
    let answerWhy: (response: Response) => void = () => {};
    const why: Fault = () => new Promise((resolve) => (answerWhy = resolve));
    const { server, told, close } = aWatcher(aStream(), [answer(503), why]);
    await vi.waitUntil(() => server.requests.length === 2);

    close();
    answerWhy(new Response('', { status: 503 }));
    await new Promise((resolve) => setImmediate(resolve));

    expect(told).toEqual(['connecting']);
  });

  test('hears only the line that it has now', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const sources: HandMade[] = [];
    const EventSource = class extends HandMade {
      constructor() {
        super();
        sources.push(this);
      }
    };
    const told: string[] = [];
    const close = createMatinee({ url, EventSource }).showtimes.onSeatsChanged(
      { showtimeId: 's' },
      {
        onSnapshot: ({ version }) => told.push(version),
        onChange: ({ version }) => told.push(version),
      },
    );
    await vi.waitUntil(() => sources.length === 1);
    sources[0]?.say('error');
    await vi.waitUntil(() => sources.length === 2);
    sources[0]?.say('message', { type: 'change', version: 'late', seats: [] });
    sources[1]?.say('message', { type: 'weather', version: 'of another time', seats: [] });
    sources[1]?.say('message', { type: 'change', version: 'v1', seats: [] });
    close();
    sources[1]?.say('message', { type: 'change', version: 'after', seats: [] });

    expect(told).toEqual(['v1']);
    expect(sources.map(({ readyState }) => readyState)).toEqual([2, 2]);
  });

  test('uses the EventSource that it is given', async () => {
    const made: string[] = [];
    class Recorded {
      readyState = 0;
      constructor(address: string) {
        made.push(address);
      }
      addEventListener(): void {}
      close(): void {
        made.push('closed');
      }
    }
    const matinee = createMatinee({ url, EventSource: Recorded });

    const close = matinee.showtimes.onSeatsChanged(
      { showtimeId: 's', lastEventId: 'v7' },
      { onSnapshot: () => {}, onChange: () => {} },
    );
    await vi.waitUntil(() => made.length > 0);
    close();

    const input = encodeURIComponent('{"json":{"showtimeId":"s","lastEventId":"v7"}}');
    expect(made).toEqual([`${url}/trpc/showtimes.onSeatsChanged?input=${input}`, 'closed']);
  });
});
