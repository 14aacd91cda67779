import { appRouter, demoAccountsActive, demoPassword } from '@matinee/api';
import type { App } from '@matinee/api';
import type { RequestHandler } from 'express';
import { readinessOf } from '../health.ts';
import type { HealthSources } from '../health.ts';
import { guides } from './guides.ts';
import { html, pageFile, pageOf, sendPage } from './html.ts';
import type { Html, Page } from './html.ts';

export interface HomeOptions {
  health: HealthSources;
  /** Whether the API's documentation is served. */
  docs: boolean;
}

/** The page is at most so old, in milliseconds: the database is asked no more often. */
const freshMs = 5_000;
/** Shows that have not ended, by start; the next one is among them unless as many are running. */
const shows = 100;

const script = pageFile('home.js');

/** `GET /`: what this is, how it is, where everything is, and the seats of the next show. */
export function homePage(app: App, options: HomeOptions): RequestHandler {
  let made: { at: number; page: Promise<Page> } | undefined;
  return async (req, res) => {
    if (!made || performance.now() - made.at > freshMs) {
      made = { at: performance.now(), page: currentPage(app, options) };
    }
    const page = await made.page;
    res.set('Cache-Control', 'no-cache');
    await sendPage(req, res, page);
  };
}

async function currentPage(app: App, { health, docs }: HomeOptions): Promise<Page> {
  const state = await readinessOf(app, health);
  const [accounts, show] =
    state.checks.database === 'ok'
      ? await Promise.all([demoAccounts(app), nextShow(app).catch(() => undefined)])
      : [[], undefined];
  return pageOf({
    title: 'Matinee',
    body: html`
      <header>
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <div>
          <h1>Matinee <small>${app.config.version}</small></h1>
          <p>Sells cinema seats, and never one seat twice.</p>
        </div>
        ${stateOf(state)}
      </header>
      <main class="cards">
        ${show ? showCard(show) : noShow} ${docs ? documentation : []} ${addresses}
        ${accounts.length > 0 ? accountsCard(accounts) : []} ${checksCard(state)}
      </main>
    `,
    ...(show ? { script } : {}),
  });
}

type Readiness = Awaited<ReturnType<typeof readinessOf>>;

/** Their password is public, and only development creates them. */
async function demoAccounts(app: App): Promise<string[]> {
  return app.config.environment === 'development' ? demoAccountsActive(app).catch(() => []) : [];
}

/** The first show that has not begun and has a seat left. */
async function nextShow(app: App) {
  const caller = appRouter.createCaller({
    app,
    authorization: undefined,
    idempotencyKey: undefined,
    requestId: 'home',
    remoteAddress: '127.0.0.1',
    notes: { idempotencyReplayed: false },
  });
  const { items } = await caller.showtimes.list({ limit: shows });
  const now = app.clock();
  return items.find(({ startTime, cancelledAt, availability }) => {
    return startTime > now && cancelledAt === null && availability.available > 0;
  });
}

type Show = NonNullable<Awaited<ReturnType<typeof nextShow>>>;

function stateOf({ ready }: Readiness): Html {
  return ready
    ? html`<p class="state ready">Ready</p>`
    : html`<p class="state unavailable">Not ready</p>`;
}

function checksCard({ checks }: Readiness): Html {
  const rows = Object.entries(checks).map(([name, value]) => {
    return html`<dt>${name}</dt>
      <dd>${value}</dd>`;
  });
  return html`<section aria-labelledby="state">
    <h2 id="state">State</h2>
    <dl>${rows}</dl>
    <p><a href="/health/ready">/health/ready</a></p>
  </section>`;
}

function showCard({ id, movie, theater, startTime, price, currency }: Show): Html {
  const start = new Intl.DateTimeFormat('en', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: theater.timezone,
  }).format(startTime);
  return html`<section class="show" aria-labelledby="show">
    <h2 id="show">Next on sale: ${movie.title}</h2>
    <p>
      ${theater.name}, <time datetime="${startTime.toISOString()}">${start}</time>, regular seats
      ${price} ${currency}. <span id="count"></span>
    </p>
    <div id="map" data-showtime="${id}"></div>
    <ul class="legend">
      ${legend}
    </ul>
    <p class="soft" id="live" role="status">The seat map needs JavaScript.</p>
  </section>`;
}

const legend = [
  ['available', 'Available'],
  ['locked', 'Locked by a customer'],
  ['reserved', 'Sold'],
  ['blocked', 'Not for sale'],
].map(
  ([status = '', word = '']) =>
    html`<li>
      <svg viewBox="0 0 1 1" aria-hidden="true">
        <rect class="${status}" x="0.1" y="0.1" width="0.8" height="0.8" rx="0.2" /></svg
      >${word}
    </li>`,
);

const noShow = html`<section class="show" aria-labelledby="show">
  <h2 id="show">Next on sale</h2>
  <p>No show is on sale.</p>
</section>`;

const documentation = html`<section aria-labelledby="docs">
    <h2 id="docs">Documentation</h2>
    <ul>
      <li><a href="/docs">Swagger UI</a>: try the API out</li>
      <li><a href="/redoc">ReDoc</a>: the reference, with code samples</li>
      <li><a href="/openapi.json">OpenAPI 3.1</a>, <a href="/openapi-3.0.json">OpenAPI 3.0</a></li>
    </ul>
  </section>
  <section aria-labelledby="guides">
    <h2 id="guides">Guides</h2>
    <ul>
      ${guides.map(({ file, title }) => html`<li><a href="/guides/${file}">${title}</a></li>`)}
    </ul>
  </section>`;

const addresses = html`<section aria-labelledby="addresses">
  <h2 id="addresses">Addresses</h2>
  <dl>
    <dt>REST</dt>
    <dd><code>/api/v1</code></dd>
    <dt>tRPC</dt>
    <dd><code>/trpc</code></dd>
  </dl>
</section>`;

function accountsCard(accounts: string[]): Html {
  return html`<section aria-labelledby="accounts">
    <h2 id="accounts">Demo accounts</h2>
    <ul>
      ${accounts.map((email) => html`<li><code>${email}</code></li>`)}
    </ul>
    <p>Password: <code>${demoPassword}</code></p>
  </section>`;
}
