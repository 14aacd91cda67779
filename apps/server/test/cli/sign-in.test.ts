import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { appOf, aUser } from '@matinee/api/testing';
import { createMatinee } from '@matinee/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aBinary } from './binary.ts';
import type { Binary } from './binary.ts';
import { aCinema, aCustomer, aMovie, password } from './cinema.ts';
import type { Cinema } from './cinema.ts';
import { stable } from './stable.ts';

/* Signing in, prompts, and confirmations. */

interface Profile {
  token: string;
  refreshToken: string;
  expiresAt: number;
}

/** The session that an access token names. */
const readToken = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };

let cinema: Cinema;
/** The command without a sign-in. */
let stranger: Binary;
beforeAll(async () => {
  cinema = await aCinema();
  stranger = await aBinary(cinema.server.url);
});
afterAll(async () => {
  await stranger.close();
  await cinema.close();
});

describe('login', () => {
  test('prompts for the address and the password, and stores the session', async () => {
    const terminal = stranger.open(['login']);
    await terminal.shows('E-mail');
    terminal.type('ada@example.com\r');
    await terminal.shows('Password');
    terminal.type(`${password}\r`);
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).not.toContain(password);
    await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/login.txt');

    const file = path.join(stranger.home, '.config/matinee/profiles.json');
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
    expect(await readFile(file, 'utf8')).not.toContain(password);
    expect((await stranger.run('whoami')).out).toContain('ada@example.com');
    expect((await stranger.run('logout')).code).toBe(0);
    expect((await stranger.run('whoami')).code).toBe(4);
  });

  test('is renewed by itself, is listed, and can be ended elsewhere', async () => {
    const signIn = () =>
      stranger.runWith({ MATINEE_PASSWORD: password }, 'login', '--email', 'ada@example.com');
    expect((await signIn()).code).toBe(0);
    const file = path.join(stranger.home, '.config/matinee/profiles.json');
    const profiles = async () =>
      (JSON.parse(await readFile(file, 'utf8')) as { profiles: { default: Profile } }).profiles;
    const { default: first } = await profiles();
    await writeFile(file, JSON.stringify({ profiles: { default: { ...first, expiresAt: 0 } } }));
    expect((await stranger.run('whoami')).out).toContain('ada@example.com');
    const { default: second } = await profiles();
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(second.expiresAt).toBeGreaterThan(Date.now());

    const other = await cinema.matinee.auth.login({ email: 'ada@example.com', password });
    const { sid } = readToken(other.accessToken);
    const listed = (await stranger.run('sessions', 'list')).out;
    expect(listed).toContain(sid);
    expect(listed).toMatch(/matinee-cli\/\d/);
    expect(listed).toMatch(/matinee-sdk\/\d/);
    const ended = await stranger.run('sessions', 'revoke', sid.slice(-8));
    expect(ended.err).toContain('The session has ended.');
    expect(ended.out).not.toContain(sid);
    const { token } = second;
    await cinema.matinee.auth.login({ email: 'ada@example.com', password });
    await createMatinee({ url: cinema.server.url, token }).auth.logout();
    const refused = await stranger.run('whoami');
    expect(refused.code).toBe(4);
    expect((await profiles()).default).toEqual({ url: cinema.server.url });
  });

  test('asks for the code of a second factor, which is set up at a terminal', async () => {
    const { email, token } = await aUser(cinema.server.app);
    const env = { MATINEE_PASSWORD: password };
    const setup = stranger.open(['second-factor', 'setup', '--token', token], { env });
    await setup.shows('Code of your authenticator app');
    const [secret = ''] = /[A-Z2-7]{32}/.exec(setup.screen()) ?? [];
    const code = appOf(secret);
    setup.type(`${code(-1)}\r`);
    expect(await setup.ended).toBe(0);
    const [recovery = ''] = /^[A-Z2-7]{5}-[A-Z2-7]{5}$/m.exec(setup.screen()) ?? [];

    const login = ['login', '--email', email, '--profile', 'two'];
    const terminal = stranger.open(login, { env });
    await terminal.shows('Code of your authenticator app');
    terminal.type(`${code()}\r`);
    expect(await terminal.ended).toBe(0);
    const scripted = await stranger.runWith({ ...env, MATINEE_CODE: recovery }, ...login);
    expect(scripted.code).toBe(0);
    const without = await stranger.runWith(env, ...login);
    expect({ code: without.code, err: without.err }).toEqual({
      code: 2,
      err: expect.stringContaining('Missing: MATINEE_CODE.') as unknown,
    });
  });

  test('refuses a wrong password with exit code 4', async () => {
    const terminal = stranger.open(['login', '--email', 'ada@example.com']);
    await terminal.shows('Password');
    terminal.type('not-the-password\r');
    expect(await terminal.ended).toBe(4);
    expect(terminal.screen()).not.toContain('not-the-password');
    await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/login-refused.txt');
  });

  test('does not prompt with --no-input, and reports what is missing', async () => {
    const terminal = stranger.open(['login', '--email', 'ada@example.com', '--no-input']);
    expect(await terminal.ended).toBe(2);
    await expect(terminal.screen()).toMatchFileSnapshot('screens/login-no-input.txt');
  });

  test('has no flag for the password', async () => {
    const { code, err } = await stranger.run('login', '--password', password);
    expect(code).toBe(2);
    expect(err).toContain('--password');
  });

  test('ends at Ctrl-C', async () => {
    const terminal = stranger.open(['login']);
    await terminal.shows('E-mail');
    terminal.type('\u0003');
    expect(await terminal.ended).toBe(130);
  });
});

test('register prompts for the password twice', async () => {
  const terminal = stranger.open(['register', '--email', 'new@example.com', '--profile', 'new']);
  await terminal.shows('Password');
  terminal.type('a-long-password\r');
  await terminal.shows('Repeat the password');
  terminal.type('another-password\r');
  expect(await terminal.ended).toBe(2);
  expect(terminal.screen()).toContain('The passwords differ.');
});

describe('a destructive command', () => {
  test('asks for confirmation, and a no changes nothing', async () => {
    const movie = await aMovie(cinema, 'Detour');
    const terminal = cinema.binary.open(['movies', 'delete', movie.id]);
    await terminal.shows('Delete "Detour"');
    terminal.type('\r');
    expect(await terminal.ended).toBe(1);
    await expect(stable(terminal.screen())).toMatchFileSnapshot('screens/delete-refused.txt');
    expect((await cinema.matinee.movies.get({ movieId: movie.id })).title).toBe('Detour');

    const again = cinema.binary.open(['movies', 'delete', movie.id]);
    await again.shows('Delete "Detour"');
    again.type('y');
    expect(await again.ended).toBe(0);
    await expect(stable(again.screen())).toMatchFileSnapshot('screens/delete.txt');
  });

  test('needs --yes where it cannot prompt', async () => {
    const { id } = await aMovie(cinema, 'Gun Crazy');
    const { code, err } = await cinema.binary.run('movies', 'delete', id);
    expect({ code, hint: err.includes('--yes') }).toEqual({ code: 2, hint: true });
    expect((await cinema.binary.run('movies', 'delete', id, '--yes')).code).toBe(0);
  });
});

test('users are promoted by their e-mail address, and demoted by their id', async () => {
  await aCustomer(cinema, 'grace@example.com');
  const promoted = await cinema.binary.run('users', 'promote', 'Grace@Example.com', '--json');
  const { id, role } = JSON.parse(promoted.out) as { id: string; role: string };
  expect(role).toBe('admin');
  expect((await cinema.binary.run('users', 'demote', id)).out).toMatch(/Role +user/);
  expect((await cinema.binary.run('users', 'promote', 'missing@example.com')).code).toBe(3);
});
