import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { writeDocument } from './document.ts';
import type { Json } from './document.ts';
import { programOf, startTool } from './tool.ts';

/** A validating proxy: it compares requests and responses with the document. */
export interface Proxy {
  url: string;
  close(): Promise<void>;
}

const program = programOf('@stoplight/prism-cli', 'dist/index.js');

/** Starts `prism proxy` on a free port, between a client and `upstream`. */
export async function startProxy(document: Json, upstream: string): Promise<Proxy> {
  const file = await writeDocument(document);
  const options = ['--host', '127.0.0.1', '--port', '0', '--multiprocess', 'false'];
  const child = startTool(program, ['proxy', file.path, upstream, ...options]);
  const ended = once(child, 'close');
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const url = new Promise<string>((resolve, reject) => {
    child.once('close', () => reject(new Error(`The proxy ended: ${said.join('')}`)));
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      said.push(line);
      const [, address] = /listening on (http:\S+)/.exec(line) ?? [];
      if (address !== undefined) {
        resolve(address);
      }
    });
  });
  const close = async () => {
    child.kill();
    await ended;
    await file.remove();
  };
  try {
    return { url: await url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The differences from the document that the proxy reports. */
export interface Violations {
  request: string[];
  response: string[];
}

interface Violation {
  location: [side: 'request' | 'response', ...place: string[]];
  message: string;
}

/** Reads the header that the proxy adds to a response. */
export function violationsOf({ headers }: Response): Violations {
  const all = JSON.parse(headers.get('sl-violations') ?? '[]') as Violation[];
  const on = (side: string) =>
    all
      .filter(({ location }) => location[0] === side)
      .map(({ location, message }) => `${location.slice(1).join('.')} ${message}`);
  return { request: on('request'), response: on('response') };
}
