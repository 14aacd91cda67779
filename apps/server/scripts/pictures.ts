import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { migrate, seedDemo } from '@matinee/api';
import { callerOf, password } from '@matinee/api/testing';
import { startEmbeddedPostgres } from '@matinee/embedded-postgres';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { recordTerminal } from '../../../packages/cli/test/pseudo-terminal.ts';
import { aBinary } from '../test/cli/binary.ts';
import { serveExample } from '../test/example-pages.ts';
import type { ExamplePages } from '../test/example-pages.ts';

/*
 * `npm run pictures`: the pictures of the README, from the running product. A server with the demo
 * cinema, the seat picker in a browser, the command at a terminal of 80 columns, and the report that it
 * writes.
 */

const root = resolve(import.meta.dirname, '../../..');
const folder = join(root, 'docs/pictures');
const require = createRequire(import.meta.url);

const dataDir = await mkdtemp(join(tmpdir(), 'matinee-pictures-'));
const postgres = await startEmbeddedPostgres({ dataDir });
try {
  await mkdir(folder, { recursive: true });
  await migrate({ url: postgres.url });
  const pages = await serveExample({ databaseUrl: postgres.url });
  try {
    await seedDemo(pages.server.app);
    await picture('seat-map', await seatMap(pages, await aCustomer(pages)));
    await command(pages);
  } finally {
    await pages.close();
  }
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** @returns the address of a new account */
async function aCustomer({ server: { app } }: ExamplePages): Promise<string> {
  const email = 'grace@example.com';
  await callerOf(app).auth.register({ email, password });
  return email;
}

/** The hall of a show this week, with two seats held. */
async function seatMap(pages: ExamplePages, email: string): Promise<Page> {
  const { items } = await callerOf(pages.server.app).showtimes.list({ limit: 100 });
  const [show] = items
    .filter(
      ({ availability, startTime }) =>
        availability.total > 200 && startTime.getTime() > Date.now() + 3_600_000,
    )
    .toSorted((a, b) => sold(b) - sold(a));
  const { page } = await pages.open(`example/#/shows/${show?.id}`, { colorScheme: 'light' });
  const free = page.locator('[data-seat][data-status="available"]');
  await free.first().click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).last().click();
  await page.locator('[data-seat][data-status="yours"]').waitFor();
  await page.locator('[data-seat][data-status="yours"]').click();
  await page.locator('[data-seat][data-status="yours"]').waitFor({ state: 'detached' });
  for (const name of ['G9', 'G10']) {
    await page.locator(`[data-seat="${name}"]`).click();
    await page.locator(`[data-seat="${name}"][data-status="yours"]`).waitFor();
  }
  await page.mouse.move(0, 0);
  return page;
}

function sold({
  availability: { total, available },
}: {
  availability: { total: number; available: number };
}): number {
  return total - available;
}

/** A terminal with a report in it, and the report as a page. */
async function command(pages: ExamplePages): Promise<void> {
  const { server } = pages;
  const admin = await anAdministrator(server, 'ada@example.com');
  const binary = await aBinary(server.url, { MATINEE_TOKEN: admin });
  try {
    const written = await recordTerminal({
      command: [
        '/bin/sh',
        '-c',
        `matinee() { "${process.execPath}" "${binary.file}" "$@"; }
         printf '$ matinee showtimes list --limit 8\\n'; matinee showtimes list --limit 8
         printf '\\n$ matinee reports revenue\\n'; matinee reports revenue`,
      ],
      env: { ...binary.env, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
      rows: 60,
    });
    const terminal = await pages.open('example/');
    await picture('terminal', await drawTerminal(terminal.page, written));
    const report = join(binary.home, 'report.html');
    const from = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
    await binary.run('reports', 'revenue', '--group-by', 'date', '--from', from, '--html', report);
    const visit = await pages.open('example/', { viewport: { width: 900, height: 860 } });
    await visit.page.setContent(await readFile(report, 'utf8'));
    await picture('report', visit.page);
  } finally {
    await binary.close();
  }
}

/** @returns the token of a new administrator */
async function anAdministrator({ app }: ExamplePages['server'], email: string): Promise<string> {
  const { user, accessToken } = await callerOf(app).auth.register({ email, password });
  await app.pool.query(`update users set role = 'admin' where id = $1`, [user.id]);
  return accessToken;
}

/** What a program wrote, as a terminal shows it. */
async function drawTerminal(page: Page, written: string): Promise<Page> {
  await page.setViewportSize({ width: 760, height: 900 });
  await page.setContent(
    '<body style="margin:0;padding:16px;background:#16161e;width:max-content">',
  );
  await page.addStyleTag({ path: require.resolve('@xterm/xterm/css/xterm.css') });
  await page.addScriptTag({ path: require.resolve('@xterm/xterm') });
  await page.evaluate(async (text: string) => {
    const { Terminal } = globalThis as unknown as { Terminal: new (options: object) => XTerm };
    const theme = { background: '#16161e', foreground: '#d7d9e4' };
    const rows = text.trimEnd().split('\n').length;
    const terminal = new Terminal({
      cols: 80,
      rows,
      theme,
      fontSize: 14,
      cursorInactiveStyle: 'none',
    });
    terminal.open(document.body);
    await new Promise<void>((done) => terminal.write(text.trimEnd(), done));
  }, written);
  await page.locator('.xterm-screen').waitFor();
  return page;
}

interface XTerm {
  open(place: Element): void;
  write(text: string, done: () => void): void;
}

/** Takes the picture in few colours: what it shows has few. */
async function picture(name: string, page: Page): Promise<void> {
  const place = name === 'terminal' ? page.locator('body') : page;
  const shot = await place.screenshot({ animations: 'disabled' });
  const file = join(folder, `${name}.png`);
  const { size } = await sharp(shot).png({ palette: true, compressionLevel: 9 }).toFile(file);
  console.log(`${name}.png: ${Math.round(size / 1_000)} kB`);
  await page.context().close();
}
