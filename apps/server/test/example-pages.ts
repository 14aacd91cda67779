import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PaymentProvider } from '@matinee/api';
import express from 'express';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Vite } from 'vitest/node';
import { openBrowser } from './browser.ts';
import { startTestServer } from './server.ts';
import type { TestServer } from './server.ts';

/*
 * The example as customers use it: bundled as its README says, in a real browser, against a real
 * server. A line lies between the two, so that it can be cut.
 */

const root = fileURLToPath(new URL('../../../', import.meta.url));
const folderOf = (example: string) => path.join(root, 'examples', example);

/** A page with everything it complained about, and every host it asked. */
export interface Visit {
  page: Page;
  context: BrowserContext;
  complaints: string[];
  hosts: Set<string>;
}

/** What a visit begins with. */
export interface VisitOptions extends BrowserContextOptions {
  prepare?: (context: BrowserContext) => Promise<unknown>;
}

export interface ExamplePages {
  server: TestServer;
  line: Line;
  origin: string;
  /** Opens a page under the folder `example`, or `guide` if it was asked for. */
  open(place: string, options?: VisitOptions): Promise<Visit>;
  /** Closes all pages. A browser opens six connections to a server, and live maps keep theirs. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** What is served, and with which data. */
export interface ExampleOptions {
  /** The folder in `examples`. */
  example?: string;
  /** Instead of the browser of all tests. */
  launch?: () => Promise<Browser>;
  /** Also the page of `docs/frontend.md`. */
  guide?: boolean;
  /** A migrated database that is there; a test gets one of its own. */
  databaseUrl?: string | undefined;
  /** Who takes the money; gets the address of the example. */
  payments?: (pageUrl: string) => Promise<PaymentProvider[]>;
  /** What is loaded instead of Stripe.js. */
  stripeJsUrl?: string;
}

/** Serves a bundled example against a server of its own. */
export async function serveExample({
  example = 'seat-picker',
  launch = openBrowser,
  guide = false,
  databaseUrl,
  payments,
  stripeJsUrl,
}: ExampleOptions = {}): Promise<ExamplePages> {
  const folder = await mkdtemp(path.join(tmpdir(), `matinee-${example}-`));
  const pages = createServer(express().use(express.static(folder)));
  const origin = `http://127.0.0.1:${await listen(pages)}`;
  const hostOptions = {
    allowedOrigins: [origin],
    payments: (await payments?.(`${origin}/example/`)) ?? [],
  };
  const [server, browser] = await Promise.all([
    startTestServer({}, databaseUrl, hostOptions),
    launch(),
  ]);
  const line = await aLine(Number(new URL(server.url).port));
  const variables = {
    VITE_MATINEE_URL: line.url,
    ...(stripeJsUrl === undefined ? {} : { VITE_STRIPE_JS_URL: stripeJsUrl }),
  };
  await bundle(folderOf(example), path.join(folder, 'example'), variables);
  if (guide) {
    await bundle(await writeGuidesPage(folder, line.url), path.join(folder, 'guide'), variables);
  }
  return {
    server,
    line,
    origin,
    open: (place, options) => visit(browser, `${origin}/${place}`, options),
    leave: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: async () => {
      await browser.close();
      line.close();
      pages.closeAllConnections();
      pages.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listen(listener: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  listener.listen(0, '127.0.0.1', resolve);
  await promise;
  return (listener.address() as AddressInfo).port;
}

/** The way from the pages to the server. */
export interface Line {
  url: string;
  /** Streams stay open and say nothing more, as when a cable is pulled; the rest is cut. */
  goSilent(): void;
  close(): void;
}

async function aLine(port: number): Promise<Line> {
  const sockets = new Set<Socket>();
  const streams = new Set<Socket>();
  const listener = createTcpServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    far.on('data', (chunk) => {
      if (chunk.includes('text/event-stream')) {
        streams.add(near).add(far);
      }
    });
    near.pipe(far).pipe(near);
  });
  const url = `http://127.0.0.1:${await listen(listener)}`;
  const each = (act: (socket: Socket) => void) => [...sockets].forEach(act);
  return {
    url,
    goSilent: () =>
      each((socket) => (streams.has(socket) ? socket.unpipe().pause() : socket.destroy())),
    close: () => {
      each((socket) => socket.destroy());
      listener.close();
    },
  };
}

/**
 * Bundles a page with the example's own Vite. The SDK is taken from its sources, so that the page
 * is never tried against a build of yesterday.
 */
async function bundle(
  page: string,
  outDir: string,
  variables: Record<string, string>,
): Promise<void> {
  const entry = createRequire(path.join(folderOf('seat-picker'), 'package.json')).resolve('vite');
  const vite = (await import(pathToFileURL(entry).href)) as typeof Vite;
  await vite.build({
    root: page,
    base: './',
    logLevel: 'warn',
    define: Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        `import.meta.env.${name}`,
        JSON.stringify(value),
      ]),
    ),
    resolve: { conditions: ['@matinee/source', ...vite.defaultClientConditions] },
    build: { outDir, emptyOutDir: true },
  });
}

/** The page of `docs/frontend.md`, in a folder of its own as the guide makes one. */
async function writeGuidesPage(folder: string, serverUrl: string): Promise<string> {
  const guide = await readFile(path.join(root, 'docs/frontend.md'), 'utf8');
  const place = path.join(folder, 'my-seat-picker');
  await mkdir(path.join(place, 'node_modules/@matinee'), { recursive: true });
  await symlink(path.join(root, 'packages/sdk'), path.join(place, 'node_modules/@matinee/sdk'));
  for (const name of ['index.html', 'main.ts']) {
    const [, code = ''] = guide.split(`\n\`${name}\`:\n`)[1]?.split(/^```\w*\n/m) ?? [];
    await writeFile(path.join(place, name), code.replace('http://127.0.0.1:8000', serverUrl));
  }
  return place;
}

async function visit(
  browser: Browser,
  url: string,
  { prepare, ...options }: VisitOptions = {},
): Promise<Visit> {
  const viewport = { width: 1280, height: 900 };
  const context = await browser.newContext({ viewport, timezoneId: 'UTC', ...options });
  context.setDefaultTimeout(15_000);
  await prepare?.(context);
  const page = await context.newPage();
  const opened: Visit = { page, context, complaints: [], hosts: new Set() };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      opened.complaints.push(message.text());
    }
  });
  page.on('pageerror', (error) => opened.complaints.push(String(error)));
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== 'data:') {
      opened.hosts.add(host);
    }
  });
  await page.goto(url);
  return opened;
}
