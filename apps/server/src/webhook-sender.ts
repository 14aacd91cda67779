import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress, patienceSeconds, Unreachable, urlRefusal } from '@matinee/api';
import type { AddressRules, WebhookAnswer, WebhookRequest, WebhookSender } from '@matinee/api';
import type { Agent, fetch, Response } from 'undici';

/** Bytes of an answer that are read. */
const mostRead = 1_024;

/** undici's, whose connections look up and judge each address. */
interface Client {
  agent: Agent;
  fetch: typeof fetch;
}

/** Finds every address of a name. */
export type Resolver = (
  hostname: string,
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

const byDns: Resolver = (hostname, done) => lookup(hostname, { all: true }, done);

/** The host of a URL has an address that events are not sent to. */
class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

interface Options {
  /** By default that of the system. */
  resolve?: Resolver;
  /** Which addresses that were looked up are public. */
  isPublic?: (address: string) => boolean;
  /** For an attempt, in milliseconds. */
  patienceMs?: number;
}

/**
 * Sends webhooks to public addresses alone. A connection is made to an address that was looked up and
 * judged for it, so a name cannot lead elsewhere between the two. `lookup` is not asked about addresses
 * that a URL spells out: `urlRefusal` judges these, at each attempt.
 */
export function createWebhookSender(
  rules: AddressRules,
  options: Options = {},
): WebhookSender & { close(): Promise<void> } {
  const { patienceMs = patienceSeconds * 1_000 } = options;
  // Loaded for the first webhook: it takes 12 MB, and most cinemas have none.
  const openClient = async (): Promise<Client> => {
    const { Agent, fetch } = await import('undici');
    const agent = new Agent({
      connect: { lookup: publicLookup(rules, options), timeout: patienceMs },
      // One endpoint holds few connections, and none for long after its last event.
      connections: 4,
      keepAliveTimeout: 1_000,
      maxResponseSize: -1,
    });
    return { agent, fetch };
  };
  let client: Promise<Client> | undefined;
  return {
    send: async (request) => {
      const refusal = urlRefusal(request.url, rules);
      if (refusal !== undefined) {
        throw new Unreachable(`the URL ${refusal}`, { isForbidden: true });
      }
      try {
        client ??= openClient();
        return await post(await client, request, AbortSignal.timeout(patienceMs));
      } catch (error) {
        throw unreachable(error, patienceMs);
      }
    },
    close: async () => (await client)?.agent.destroy(),
  };
}

function publicLookup(
  { allowPrivate }: AddressRules,
  { resolve = byDns, isPublic = isPublicAddress }: Options,
): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) {
        done(error ?? new Error(`${hostname} has no address`), '');
      } else if (!allowPrivate && !addresses.every(({ address }) => isPublic(address))) {
        done(new ForbiddenAddress(`${hostname} leads to a private or reserved address`), '');
      } else if (options.all) {
        done(null, addresses);
      } else {
        done(null, first.address, first.family);
      }
    });
  };
}

async function post(
  { agent, fetch }: Client,
  { url, headers, body }: WebhookRequest,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers },
    body,
    redirect: 'manual',
    dispatcher: agent,
    signal,
  });
  const retryAfter = response.headers.get('retry-after') ?? undefined;
  return { status: response.status, retryAfter, text: await beginningOf(response) };
}

/** The first kilobyte of a body, as text that PostgreSQL stores; the rest is not waited for. */
async function beginningOf({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const part of body ?? []) {
    parts.push(part as Uint8Array);
    bytes += (part as Uint8Array).length;
    if (bytes >= mostRead) {
      break;
    }
  }
  const beginning = Buffer.concat(parts).subarray(0, mostRead);
  return new TextDecoder().decode(beginning).replaceAll('\0', '');
}

/** undici's `fetch` fails with a `TypeError` whose cause is the reason. */
function unreachable(error: unknown, patienceMs: number): Unreachable {
  const { name, message, cause } = error as Error;
  const reason = cause instanceof Error ? cause : { name, message };
  if (reason instanceof ForbiddenAddress) {
    return new Unreachable(reason.message, { isForbidden: true });
  }
  if (name === 'TimeoutError') {
    return new Unreachable(`the endpoint did not answer within ${patienceMs / 1_000} s`);
  }
  const code = 'code' in reason ? ` (${String(reason.code)})` : '';
  return new Unreachable(`the endpoint cannot be reached${code}: ${reason.message}`);
}
