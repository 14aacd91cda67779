import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { consequences, OutboxWorker } from '@matinee/api';
import { appOf, aUser, phoneCodeOf, proofTokenOf, resetTokenOf } from '@matinee/api/testing';
import type { Person } from '@matinee/api/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildProgram } from '../../../../packages/cli/src/program.ts';
import { processTerminal } from '../../../../packages/cli/src/terminal.ts';
import { runFake } from '../../../../packages/cli/test/run-fake.ts';
import {
  aCinema,
  aCustomer,
  aDelivery,
  aMovie,
  anEntry,
  anIncident,
  aDeskSale,
  aRefundAtDesk,
  aPayingCinema,
  aPayment,
  aPriceList,
  aShow,
  aShowAtTheDoor,
  aTheater,
  aTicketType,
  closeShift,
  openShift,
  password,
  premiere,
  rows,
} from './cinema.ts';
import type { Cinema, PayingCinema } from './cinema.ts';

/* Every example of the help works as it is printed. */

let cinema: Cinema;
/** For the commands about money. */
let paying: PayingCinema;
/** Sends what is to be tested. */
let worker: OutboxWorker;
beforeAll(async () => {
  cinema = await aCinema({}, 'grace@example.com');
  paying = await aPayingCinema('grace@example.com');
  worker = new OutboxWorker(cinema.server.app, consequences);
  const [site] = (await cinema.matinee.sites.list({})).items;
  await cinema.matinee.sites.update({ siteId: site?.id ?? '', name: 'Downtown' });
  await aPriceList(cinema, 'House');
  const { home } = cinema.binary;
  for (const folder of ['.zfunc', '.config/fish/completions', completions]) {
    await mkdir(path.join(home, folder), { recursive: true });
  }
  const picture = { width: 20, height: 30, channels: 3 as const, background: '#2f6f9f' };
  await sharp({ create: picture }).jpeg().toFile(path.join(home, 'heat.jpg'));
  const heat = { title: 'Heat 2', genre: 'Crime', durationMinutes: 170 };
  await writeFile(path.join(home, 'heat.json'), JSON.stringify(heat));
  const screen = { name: 'Screen 1 again', timezone: 'Europe/Paris', rows };
  await writeFile(path.join(home, 'screen-1.json'), JSON.stringify(screen));
  await writeFile(path.join(home, 'movies.json'), JSON.stringify([heat]));
  await writeFile(path.join(home, 'films.csv'), 'Name,Genre\nThe Killers,Crime\n');
});
afterAll(async () => {
  await worker.stop();
  await cinema.close();
  await paying.close();
});

const completions = '.local/share/bash-completion/completions';

const examples = new Set((await Promise.all(pathsOf().map(examplesOf))).flat());

function pathsOf(): string[][] {
  const visit = (command: ReturnType<typeof buildProgram>, at: string[]): string[][] => [
    at,
    ...command.commands.flatMap((each) => visit(each, [...at, each.name()])),
  ];
  return visit(buildProgram(processTerminal()), []);
}

async function examplesOf(words: string[]): Promise<string[]> {
  const { data } = await runFake([...words, '--help']);
  const [, block = ''] = data.split(/^Examples?:\n/m);
  return block
    .split(/^ {2}\$ /m)
    .slice(1)
    .map((example) => example.trim());
}

test('every command has an example', async () => {
  const groups = [
    'movies',
    'theaters',
    'showtimes',
    'reservations',
    'reports',
    'users',
    'outbox',
    'webhooks',
    'payments',
    'incidents',
    'sites',
    'staff',
    'api-keys',
    'ticket-types',
    'price-lists',
    'desk',
    'check-ins',
    'password',
    'account',
    'sessions',
    'second-factor',
    'notifications',
    'schedules',
  ];
  for (const words of pathsOf().filter(
    ([only, ...more]) => more.length > 0 || !groups.includes(only ?? ''),
  )) {
    expect({ words, examples: (await examplesOf(words)).length > 0 }).toEqual({
      words,
      examples: true,
    });
  }
});

let adaIsThere = false;

/** Creates the account or the resources that the example refers to. */
async function prepare(example: string): Promise<string> {
  const [, noun = '', verb = ''] = example.split(' ');
  if (noun === 'desk') {
    await (verb === 'open' ? closeShift(cinema) : openShift(cinema));
  }
  if (example.includes('ada@example.com') && noun !== 'register' && !adaIsThere) {
    await aCustomer(cinema, 'ada@example.com');
    adaIsThere = true;
  }
  let line = noun === 'register' ? example.replace('ada@', 'ada-the-second@') : example;
  if (verb === 'copy-week') {
    const { theaterId } = await aSeries();
    line = line.replace('--theater-id ID', `--theater-id ${theaterId}`);
    // Of its week, and of the one after.
    line = line.replace('2026-12-07', '2031-12-08').replace('2026-12-14', '2031-12-15');
  }
  if (line.includes('--theater-id ID')) {
    line = line.replace('--theater-id ID', `--theater-id ${(await aTheater(cinema)).id}`);
  }
  if (line.includes('--movie-id ID')) {
    line = line.replace('--movie-id ID', `--movie-id ${(await aMovie(cinema)).id}`);
  }
  const [, site] = /--site (\w+)/.exec(line) ?? [];
  if (site !== undefined) {
    await ensureSite(site);
  }
  if (noun === 'desk' && line.includes('K7WQ3MXA')) {
    line = line.replace('K7WQ3MXA', await aDeskSale(cinema, `To ${verb} from`));
  }
  if (/\bID\b/.test(line) || noun === 'book' || line === 'matinee desk sell') {
    line = line.replace(/\bID\b/, await anId(noun, verb));
  }
  if (line.includes('token=…')) {
    line = line.replace('token=…', `token=${await aMailedToken(noun)}`);
  }
  return line
    .replace(/https:\/\/\w+\.example\.com/, cinema.server.url)
    .replace(/--date 2026-12-24/, `--date ${premiere.date}`)
    .replaceAll('2026-12', '2031-12');
}

/** An endpoint; for a test of it, the outbox works. */
async function aWebhook(verb: string): Promise<string> {
  const url = 'https://shop.example.org/matinee';
  const events = ['incident.opened' as const];
  const { id } = await cinema.matinee.admin.webhooks.create({ url, events });
  if (verb === 'test') {
    worker.start();
  }
  return id;
}

/** The token of a link that was mailed to an account of its own. */
async function aMailedToken(noun: string): Promise<string> {
  const { app } = cinema.server;
  const { id } = await aUser(app);
  return noun === 'password' ? resetTokenOf(app, id) : proofTokenOf(app, id);
}

/** The site that an example names. */
async function ensureSite(name: string): Promise<void> {
  const { items } = await cinema.matinee.sites.list({ limit: 100 });
  if (!items.some((each) => each.name === name)) {
    await cinema.matinee.sites.create({ name, timezone: 'Europe/Paris' });
  }
}

/** Shows on the days from 8 December 2031 on, a Monday, in a theater of their own. */
async function aSeries(): Promise<{ theaterId: string; seriesId: string }> {
  const [movie, theater] = [await aMovie(cinema), await aTheater(cinema)];
  const { seriesId } = await cinema.matinee.schedules.create({
    ...{ movieId: movie.id, theaterId: theater.id, price: '9.00', dst: 'reject' },
    ...{ from: '2031-12-08', to: '2031-12-10', times: ['20:00'] },
  });
  return { theaterId: theater.id, seriesId: seriesId ?? '' };
}

async function anId(noun: string, verb: string): Promise<string> {
  if (noun === 'movies') {
    return (await aMovie(cinema, `To ${verb}`)).id;
  }
  if (noun === 'theaters') {
    return (await aTheater(cinema, `To ${verb}`)).id;
  }
  if (noun === 'sites') {
    const site = { name: `To ${verb}`, timezone: 'Europe/Paris' };
    return (await cinema.matinee.sites.create(site)).id;
  }
  if (noun === 'ticket-types') {
    return (await aTicketType(cinema, `to-${verb}`)).id;
  }
  if (noun === 'price-lists') {
    return (await aPriceList(cinema, `To ${verb}`)).id;
  }
  if (noun === 'desk' && verb === 'pay-out') {
    return aRefundAtDesk(cinema);
  }
  if (noun === 'payments') {
    return (await aPayment(paying)).id;
  }
  if (noun === 'incidents') {
    return (await anIncident(paying)).id;
  }
  if (noun === 'sessions') {
    await cinema.matinee.auth.login({ email: cinema.admin.email, password });
    const sessions = await cinema.matinee.auth.sessions.list();
    return sessions.find(({ current }) => !current)?.id ?? '';
  }
  if (noun === 'api-keys') {
    const key = { name: `To ${verb}`, scopes: ['read' as const] };
    return (await cinema.matinee.admin.apiKeys.create(key)).id;
  }
  if (noun === 'webhooks') {
    return aWebhook(verb);
  }
  if (noun === 'schedules') {
    return (await aSeries()).seriesId;
  }
  if (noun === 'outbox') {
    return (await aDelivery(cinema, `For ${noun} ${verb}`)).id;
  }
  if (noun === 'check-ins' && verb === 'undo') {
    return (await anEntry(cinema)).id;
  }
  if (noun === 'gate') {
    const { showtimeId, codes } = await aShowAtTheDoor(cinema, 'For the gate');
    await writeFile(path.join(cinema.binary.home, 'codes.txt'), codes.join('\n'));
    return showtimeId;
  }
  const { showtime, seatIds } = await aShow(cinema, `For ${noun} ${verb}`);
  if (noun !== 'reservations') {
    return showtime.id;
  }
  const seats = { showtimeId: showtime.id, seatIds: seatIds('A1') };
  await cinema.matinee.showtimes.lockSeats(seats);
  return (await cinema.matinee.reservations.create(seats)).id;
}

test.each([...examples])('%s', async (example) => {
  const line = await prepare(example);
  // The session of the other examples must not end.
  const token = line.includes('logout') ? { MATINEE_TOKEN: '' } : {};
  // The account of the other examples keeps its password.
  const isOwn = /^matinee (password change|second-factor|account delete|notifications phone)/.test(
    line,
  );
  const { app } = line.includes('notifications phone') ? paying.server : cinema.server;
  const own = isOwn ? await aUser(app) : undefined;
  const env = {
    MATINEE_PASSWORD: password,
    MATINEE_NEW_PASSWORD: 'battery-staple-horse',
    ...(own ? { MATINEE_TOKEN: own.token } : token),
    ...(own && line.endsWith('second-factor remove') ? { MATINEE_CODE: await aCode(own) } : {}),
  };
  const isPaying = /^matinee (payments|incidents|notifications phone) /.test(line);
  const { binary } = isPaying ? paying : cinema;
  const terminal = binary.openShell(line, { columns: 100, env });
  if (
    / (delete|cancel|disable|refund|reissue)( |$)|api-keys revoke/.test(line) &&
    !line.includes('--yes')
  ) {
    await terminal.shows('Yes');
    terminal.type('y');
  }
  if (line.includes('--from') && line.includes('create')) {
    await terminal.shows('Schedule');
    terminal.type('y');
  }
  if (line.startsWith('matinee login') && !/--(email|guest)/.test(line)) {
    await terminal.shows('E-mail');
    terminal.type('grace@example.com\r');
  }
  if (line === 'matinee second-factor setup') {
    await typeCode(terminal);
  }
  if (line.startsWith('matinee notifications phone')) {
    await terminal.shows('Code in the message');
    terminal.type(`${await sentCode(own?.id ?? '')}\r`);
  }
  if (line.startsWith('matinee gate') && !line.includes('<')) {
    await terminal.shows('IN 0/2 >');
    terminal.type('quit\r');
  }
  if (line.startsWith('matinee book')) {
    await bookSomething(terminal);
  }
  if (line === 'matinee desk sell') {
    await sellSomething(terminal);
  }
  if (line.includes('--watch') || line.startsWith('matinee webhooks listen')) {
    await terminal.shows('Ctrl-C ends');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
    const { items } = await cinema.matinee.admin.webhooks.list({});
    expect(items.filter(({ url }) => url === null)).toEqual([]);
    return;
  }
  expect({ code: await terminal.ended, screen: terminal.screen() }).toMatchObject({ code: 0 });
});

/** Types the code of the secret that the screen shows. */
async function typeCode(terminal: ReturnType<Cinema['binary']['openShell']>): Promise<void> {
  await terminal.shows('Code of your authenticator app');
  const [secret = ''] = /[A-Z2-7]{32}/.exec(terminal.screen()) ?? [];
  terminal.type(`${appOf(secret)()}\r`);
}

/** The code that was sent to the number of a user. */
async function sentCode(userId: string): Promise<string> {
  const { app } = paying.server;
  const found = await app.pool.query<{ phone: string; since: Date }>(
    `select pending_phone as phone, pending_since as since from notification_settings
     where user_id = $1`,
    [userId],
  );
  const [pending = { phone: '', since: new Date() }] = found.rows;
  return phoneCodeOf({ app }, { userId, ...pending });
}

/** A code of a second factor that an account gets with it. */
async function aCode({ call }: Person): Promise<string> {
  const { secret } = await call.auth.secondFactor.start({ password });
  await call.auth.secondFactor.confirm({ code: appOf(secret)(-1) });
  return appOf(secret)();
}

async function sellSomething(terminal: ReturnType<Cinema['binary']['openShell']>): Promise<void> {
  await terminal.shows(/◆ {2}Which (show|seats)\?/);
  if (terminal.screen().includes('◆  Which show?')) {
    terminal.type('\r');
    await terminal.shows('◆  Which seats?');
  }
  terminal.type(`${seatsToBook.pop()}\r`);
  await terminal.shows('How is it paid?');
  terminal.type('\r');
  await terminal.shows('Cash handed over?');
  terminal.type('\r');
  await terminal.shows('Next customer?');
  terminal.type('\u0003');
}

/** Two examples may book seats of the same show. */
const seatsToBook = ['D11', 'D10', 'D9', 'D8'];

async function bookSomething(terminal: ReturnType<Cinema['binary']['openShell']>): Promise<void> {
  await terminal.shows(/◆ {2}Which (movie|show|seats)\?/);
  for (const question of ['movie', 'show']) {
    if (terminal.screen().includes(`◆  Which ${question}?`)) {
      terminal.type('\r');
      await terminal.shows(question === 'movie' ? /◆ {2}Which (show|seats)\?/ : '◆  Which seats?');
    }
  }
  terminal.type(`${seatsToBook.pop()}\r`);
  await terminal.shows('[y]es');
  terminal.type('y');
}
