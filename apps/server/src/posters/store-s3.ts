import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { LastingProblem, UnavailableError } from '@matinee/api';
import type { Log } from '@matinee/api';
import { AwsClient } from 'aws4fetch';
import { extensionOf, isFile, types } from './names.ts';
import { assertFile } from './store.ts';
import type { ListedFile, OpenFile, PosterStore, Range } from './store.ts';

/** Where the bucket is, and the keys to it. */
export interface Bucket {
  /** `https://…`, without the bucket: its name is the first part of every path. */
  endpoint: string;
  name: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** How long the bucket may take. */
export interface Patience {
  /** For the head of a response, and for each further part of its body, in milliseconds. */
  partMs: number;
  /** For taking a file, in milliseconds: 16 MB in 15 s are 9 Mbit/s. */
  putMs: number;
  /** Between two attempts, in milliseconds; the second time twice as long. */
  pauseMs: number;
}

const usual: Patience = { partMs: 5_000, putMs: 15_000, pauseMs: 100 };

/** Attempts of a call. A call that took too long has used up its time, and is not repeated. */
const mostAttempts = 3;

/** All that we put has this in front of its name, so that the bucket can hold other things as well. */
const prefix = 'posters/';

interface Call {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** What follows the bucket: a path or a query. */
  address: string;
  headers?: Record<string, string>;
  body?: Buffer;
}

/** The head of a response, and the rest of it. */
interface Answer {
  response: Response;
  /** Cuts the rest off. */
  end: AbortController;
}

/** Posters in a bucket of S3, or of a program that speaks its protocol. */
export class S3Store implements PosterStore {
  readonly description: string;
  readonly #client: AwsClient;
  readonly #root: string;
  readonly #patience: Patience;
  readonly #problem: LastingProblem;

  constructor({ endpoint, name, region, ...keys }: Bucket, log: Log, patience = usual) {
    this.#root = `${endpoint.replace(/\/+$/, '')}/${name}`;
    this.description = `the bucket ${name} at ${new URL(endpoint).host}`;
    this.#client = new AwsClient({ ...keys, region, service: 's3', retries: 0 });
    this.#patience = patience;
    this.#problem = new LastingProblem(log, {
      begins: 'The bucket of the posters does not do its work',
      ends: 'The bucket of the posters works again',
    });
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    const headers = {
      'content-type': types[extensionOf(name)],
      // The bucket compares it, and refuses a body that was damaged on its way.
      'x-amz-content-sha256': createHash('sha256').update(bytes).digest('hex'),
    };
    await this.#once({ method: 'PUT', address: this.#keyOf(name), headers, body: bytes }, [200]);
  }

  async sizeOf(name: string): Promise<number | undefined> {
    const { response } = await this.#once({ method: 'HEAD', address: this.#keyOf(name) });
    return response.status === 404 ? undefined : lengthOf(response) || undefined;
  }

  async open(name: string, range?: Range): Promise<OpenFile | undefined> {
    const headers: Record<string, string> = range
      ? { range: `bytes=${range.start}-${range.end}` }
      : {};
    const expected = [range ? 206 : 200, 404];
    const call: Call = { method: 'GET', address: this.#keyOf(name), headers };
    const answer = await this.#ask(call, expected);
    if (answer.response.status === 404) {
      const text = await this.#textOf(answer);
      if (text.includes('NoSuchBucket')) {
        throw this.#failed(new Error('There is no such bucket'));
      }
      return undefined;
    }
    const size = range ? sizeIn(answer.response) : lengthOf(answer.response);
    if (size === 0) {
      answer.end.abort();
      return undefined;
    }
    return { size, body: this.#bodyOf(answer) };
  }

  async *list(): AsyncIterable<ListedFile> {
    let token: string | undefined;
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix });
      if (token !== undefined) {
        query.set('continuation-token', token);
      }
      const page = await this.#ask({ method: 'GET', address: `?${query}` }, [200]);
      const text = await this.#textOf(page);
      yield* filesIn(text);
      token = /<IsTruncated>true</.test(text) ? valueIn(text, 'NextContinuationToken') : undefined;
    } while (token !== undefined);
  }

  async remove(name: string): Promise<void> {
    // Only whole files are in a bucket.
    assertFile(name);
    await this.#once({ method: 'DELETE', address: this.#keyOf(name) }, [200, 204, 404]);
  }

  #keyOf(name: string): string {
    assertFile(name);
    return `/${prefix}${name}`;
  }

  /** A call of whose response only the head counts. */
  async #once(call: Call, expected = [200, 404]): Promise<Answer> {
    const answer = await this.#ask(call, expected);
    await answer.response.body?.cancel();
    return answer;
  }

  /** Asks until there is one of the expected responses. @throws UnavailableError */
  async #ask(call: Call, expected: readonly number[]): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#attempt(call);
        if (expected.includes(answer.response.status)) {
          this.#problem.worked();
          return answer;
        }
        await refuse(answer, call);
      } catch (error) {
        if (attempt === mostAttempts || !mayPass(error)) {
          throw this.#failed(error);
        }
      }
      await delay(this.#patience.pauseMs * attempt);
    }
  }

  async #attempt({ method, address, headers, body }: Call): Promise<Answer> {
    const end = new AbortController();
    const ms = body ? this.#patience.putMs : this.#patience.partMs;
    const late = setTimeout(
      () => end.abort(new Late(`No response to ${method} within ${ms} ms`)),
      ms,
    );
    try {
      const signed = await this.#client.sign(`${this.#root}${address}`, {
        method,
        ...(headers && { headers }),
        ...(body && { body: new Uint8Array(body) }),
        // Elsewhere the signature is of no use, and could be misused.
        redirect: 'manual',
      });
      return { response: await fetch(signed, { signal: end.signal }), end };
    } catch (error) {
      throw end.signal.aborted ? end.signal.reason : error;
    } finally {
      clearTimeout(late);
    }
  }

  /** The body: each part in its time, however long the reader of the poster takes between them. */
  #bodyOf({ response, end }: Answer): Readable {
    const { partMs } = this.#patience;
    const reader = response.body?.getReader();
    const next = async (): Promise<Uint8Array | null> => {
      const late = setTimeout(
        () => end.abort(new Late(`No more bytes within ${partMs} ms`)),
        partMs,
      );
      const part = await reader?.read().finally(() => clearTimeout(late));
      return part?.value ?? null;
    };
    const body = new Readable({
      read: () => {
        next().then(
          (part) => body.push(part),
          (error: unknown) => {
            body.destroy(this.#failed(end.signal.aborted ? end.signal.reason : error));
          },
        );
      },
      // A reader who leaves ends the request to the bucket.
      destroy: (error, done) => {
        end.abort();
        done(error);
      },
    });
    return body;
  }

  async #textOf(answer: Answer): Promise<string> {
    return (await buffer(this.#bodyOf(answer))).toString();
  }

  #failed(cause: unknown): UnavailableError {
    this.#problem.failed(cause);
    return new UnavailableError(cause);
  }
}

/** The bucket did not respond in time. */
class Late extends Error {}

/** A response that no repetition changes, such as that to wrong keys. */
class Refused extends Error {}

/** @throws Error, with the code that S3 gives, and without what it was asked for */
async function refuse({ response, end }: Answer, { method }: Call): Promise<never> {
  const { status } = response;
  // Errors are short. A body that does not come is not waited for.
  const text = await Promise.race([response.text().catch(() => ''), delay(500, '')]);
  end.abort();
  const message = `${method}: ${status} ${valueIn(text, 'Code') ?? ''}`.trim();
  throw status >= 500 || status === 429 ? new Error(message) : new Refused(message);
}

/** Whether another attempt may succeed. */
function mayPass(error: unknown): boolean {
  return !(error instanceof Late) && !(error instanceof Refused);
}

/** @throws Error without the header: a response that was made larger or smaller on its way */
function lengthOf(response: Response): number {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (!Number.isSafeInteger(length)) {
    throw new UnavailableError(new Error('A response of the bucket has no Content-Length'));
  }
  return length;
}

/** The size of the whole file, in the response to a request for a part. */
function sizeIn(response: Response): number {
  const [, size] = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
  return Number(size);
}

/** The files in a page of a list. Other keys are none of ours, so nothing in ours needs decoding. */
function filesIn(page: string): ListedFile[] {
  return page.split('<Contents>').flatMap((entry) => {
    const key = valueIn(entry, 'Key') ?? '';
    const name = key.slice(prefix.length);
    const putAt = Date.parse(valueIn(entry, 'LastModified') ?? '');
    const isOurs = key.startsWith(prefix) && isFile(name);
    return isOurs && Number.isFinite(putAt) ? [{ name, putAt }] : [];
  });
}

/** The text of the first element with that name. */
function valueIn(xml: string, element: string): string | undefined {
  const [, value] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml) ?? [];
  return value?.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
