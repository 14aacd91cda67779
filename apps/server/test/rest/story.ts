import type { TestServer } from '../server.ts';
import { fillPath } from '../surfaces.ts';
import { operationsOf } from './document.ts';
import type { Json } from './document.ts';

export interface Asked {
  token?: string | undefined;
  parameters?: Record<string, unknown>;
  body?: unknown;
  key?: string;
}

export type Answer = Json & { id: string };

/** The body of a response. */
export interface Reply {
  success: boolean;
  data: Answer;
  error: { code: string };
}

/** Sends requests, and keeps some of them with their responses. */
export class Story {
  readonly operations: Record<string, Json> = {};
  readonly errors: Record<string, unknown> = {};
  /** Receives the requests; another server records the rate limit. */
  server: TestServer;
  readonly #routes: ReadonlyMap<string, { route: string }>;
  readonly #began = Date.now();

  constructor(server: TestServer, document: Json) {
    this.server = server;
    this.#routes = operationsOf(document);
  }

  /** Asks for a success and records it. */
  async record(operationId: string, asked: Asked = {}): Promise<Answer> {
    const reply = await this.ask(operationId, asked);
    if (!reply.success) {
      throw new Error(`${operationId} was refused: ${JSON.stringify(reply)}`);
    }
    const { parameters, body } = asked;
    this.operations[operationId] ??= {
      ...(parameters ? { parameters } : {}),
      ...(body === undefined || body instanceof FormData ? {} : { body }),
      response: reply,
    };
    return reply.data;
  }

  /** Downloads a file, and records how. */
  async recordFile(operationId: string, asked: Asked): Promise<void> {
    const { parameters } = asked;
    const { ok } = await this.#send(operationId, asked);
    if (!ok || !parameters) {
      throw new Error(`${operationId} was refused.`);
    }
    this.operations[operationId] = { parameters };
  }

  /** Watches a live map, brings about a change, and records what the stream was until then. */
  async recordStream(
    operationId: string,
    asked: Asked,
    change: () => Promise<unknown>,
  ): Promise<void> {
    const { parameters } = asked;
    const stream = (await this.#send(operationId, asked)).body?.getReader();
    let response = '';
    for (const sign of ['"snapshot"', '"change"']) {
      while (!response.includes(sign) || !response.endsWith('\n\n')) {
        response += Buffer.from((await stream?.read())?.value ?? []).toString();
      }
      await (sign === '"snapshot"' ? change() : stream?.cancel());
    }
    this.operations[operationId] = { parameters, response };
  }

  /** Asks for a refusal and records it under its code. */
  async recordFailure(code: string, operationId: string, asked: Asked = {}): Promise<void> {
    const reply = await this.ask(operationId, asked);
    if (reply.error.code !== code) {
      throw new Error(`${operationId} was to fail with ${code}: ${JSON.stringify(reply)}`);
    }
    this.errors[code] = reply;
  }

  async ask(operationId: string, asked: Asked): Promise<Reply> {
    return (await (await this.#send(operationId, asked)).json()) as Reply;
  }

  #send(operationId: string, asked: Asked): Promise<Response> {
    const { route } = this.#routes.get(operationId) ?? { route: 'PATCH /movies' };
    const [method = '', template = ''] = route.split(' ');
    const { path, left } = fillPath(template, asked.parameters ?? {});
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(left)) {
      [value].flat().forEach((each) => query.append(name, String(each)));
    }
    const isForm = asked.body instanceof FormData;
    return fetch(`${this.server.url}/api/v1${path}?${query.toString()}`, {
      method,
      headers: {
        'x-request-id': 'checkout-7f3a',
        ...(asked.token === undefined ? {} : { authorization: `Bearer ${asked.token}` }),
        ...(asked.key === undefined ? {} : { 'idempotency-key': asked.key }),
        ...(asked.body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(asked.body === undefined
        ? {}
        : { body: isForm ? (asked.body as FormData) : JSON.stringify(asked.body) }),
    });
  }

  /** Replaces everything that differs from run to run by a constant that looks like it. */
  toText(): string {
    const { operations: told, errors } = this;
    const ids = new Map<string, string>();
    const versions = new Map<string, string>();
    return `${JSON.stringify({ operations: told, errors }, null, 2)}\n`
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
        ids.set(id, ids.get(id) ?? `019ac0de-0000-7000-8000-${hex(ids.size + 1)}`);
        return ids.get(id) ?? '';
      })
      .replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl')
      .replace(/mk_[0-9A-Za-z]{49}/g, `mk_${'aZ09'.repeat(12)}a`)
      .replace(/(?<="ending": ")\w{6}/g, 'aZ09aZ')
      .replace(/"token": "[\w-]{72}"/g, `"token": "${'aZ09'.repeat(18)}"`)
      .replace(/(?<="(?:token|refreshToken)": "|#token=)[\w-]{83}(?=")/g, `${'aZ09'.repeat(20)}aZ0`)
      .replace(/(?<="secret": "|secret=)[A-Z2-7]{32}/g, 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
      .replace(/"[A-Z2-7]{5}-[A-Z2-7]{5}"/g, '"ABCDE-F2345"')
      .replace(/(?<="code": ")\d{6}(?=")/g, '123456')
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, (text) => {
        return `"${atStoryTime(JSON.parse(text) as string, this.#began)}"`;
      })
      .replace(/whsec_[\w+/]{43}=/g, `whsec_${'aZ09'.repeat(10)}aZ0=`)
      .replace(/"reference": "\w{8}"/g, '"reference": "K7MPXW3D"')
      .replace(/MT1-[0-9A-Z]{172}/g, `MT1-${'0FZM8'.repeat(34)}00`)
      .replace(/"x": "[\w-]{43}"/g, `"x": "${'aZ09'.repeat(10)}aZ0"`)
      .replace(/"id": "[\w-]{16}"/g, '"id": "aZ09aZ09aZ09aZ09"')
      .replace(/(?<=id: |version\\":\\")[\w-]{20,}/g, (version) => {
        versions.set(version, versions.get(version) ?? `kq3rXv1n0fGZ8mWb2sYt${versions.size + 10}`);
        return versions.get(version) ?? '';
      })
      .replace(/"version": "(?!PostgreSQL)[^"]+"/g, '"version": "1.0.0"')
      .replace(/\/uploads\/[\w.-]+/g, `/uploads/${posterHash}.webp`)
      .replace(/"retryAfterSeconds": \d+/g, '"retryAfterSeconds": 900')
      .replace(
        /"(latencyMs|freeBytes|uptimeSeconds|durationMs)": [\d.]+/g,
        (_match, name: string) => {
          return `"${name}": ${String(storyFigures[name as keyof typeof storyFigures])}`;
        },
      )
      .replaceAll('2036-', '2026-');
  }
}

const storyFigures = {
  latencyMs: 0.4,
  freeBytes: 52_613_349_376,
  uptimeSeconds: 86_400,
  durationMs: 84,
};

/** The SHA-256 of a poster: another version of the encoder makes another one. */
const posterHash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const storyTime = Date.UTC(2026, 10, 20, 18);

/** Moves an instant of this run into the time of the story, to the minute. */
function atStoryTime(text: string, began: number): string {
  const since = Date.parse(text) - began;
  const isOfThisRun = Math.abs(since) < 6 * 3_600_000;
  const told = isOfThisRun ? storyTime + Math.floor(since / 60_000) * 60_000 : Date.parse(text);
  return new Date(told).toISOString();
}

function hex(count: number): string {
  return count.toString(16).padStart(12, '0');
}

export interface SceneIds {
  movieId: string;
  theaterId: string;
  showtimeId: string;
  seatIds: string[];
}

/** A showtime that the story does not tell of. */
export async function aScene(
  story: Story,
  token: string,
  startTime = '2036-12-06T19:30:00.000Z',
): Promise<SceneIds> {
  const create = async (operationId: string, body: object) => {
    return (await story.ask(operationId, { token, body })).data;
  };
  const film = { title: crypto.randomUUID(), genre: 'Drama', durationMinutes: 90 };
  const hall = { name: crypto.randomUUID(), timezone: 'UTC', rows: [{ label: 'A', seats: 12 }] };
  const movie = await create('moviesCreate', film);
  const theater = await create('theatersCreate', hall);
  const ids = { movieId: movie.id, theaterId: theater.id };
  const showtime = await create('showtimesCreate', { ...ids, startTime, price: '10.00' });
  return { ...ids, showtimeId: showtime.id, seatIds: seatIdsOf(theater) };
}

export function seatIdsOf(theater: Json): string[] {
  return (theater.seats as Answer[]).map(({ id }) => id);
}
