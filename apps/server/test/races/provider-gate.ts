import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Requests to stop at: before the provider has them, or after it has answered them. */
export interface Stop {
  method: string;
  path: RegExp;
  when: 'before' | 'after';
}

/**
 * Stands between a server and its provider on 127.0.0.1. One request can be stopped on its way there or
 * back, so that the server can be killed in that moment.
 */
export class ProviderGate {
  readonly #target: string;
  readonly #server: Server;
  #stop: { at: Stop; reached: () => void } | undefined;
  readonly #stopped = new Set<ServerResponse>();

  private constructor(target: string) {
    this.#target = target;
    this.#server = createServer((req, res) => {
      this.#pass(req, res).catch(() => res.destroy());
    });
  }

  static async start(target: string): Promise<ProviderGate> {
    const gate = new ProviderGate(target);
    await once(gate.#server.listen(0, '127.0.0.1'), 'listening');
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Stops the next request of this kind. @returns when it is there */
  stopAt(at: Stop): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stop = { at, reached: resolve };
    return promise;
  }

  /** Cuts the connections of what was stopped. */
  release(): void {
    this.#stop = undefined;
    this.#stopped.forEach((res) => res.destroy());
    this.#stopped.clear();
  }

  async close(): Promise<void> {
    this.release();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #pass(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = req;
    const body = await buffer(req);
    if (this.#isStopped({ method, path }, 'before', res)) {
      return;
    }
    const asked = request(`${this.#target}${path}`, { method, headers });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const content = await buffer(answer);
    if (this.#isStopped({ method, path }, 'after', res)) {
      return;
    }
    res.writeHead(answer.statusCode ?? 500, answer.headers).end(content);
  }

  #isStopped(
    { method, path }: { method: string; path: string },
    when: Stop['when'],
    res: ServerResponse,
  ): boolean {
    const { at, reached } = this.#stop ?? {};
    if (!at || at.when !== when || at.method !== method || !at.path.test(path)) {
      return false;
    }
    this.#stop = undefined;
    this.#stopped.add(res);
    reached?.();
    return true;
  }
}
