import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readProfile, sessionInProfile, writeProfile } from './profile.ts';
import { readSettings, toUrl } from './settings.ts';

type Write = (path: string, text: string, options: object) => Promise<void>;

/** The bytes of the next write that a full disk takes; undefined if there is space. */
const disk = vi.hoisted(() => ({ takes: undefined as number | undefined }));
vi.mock('write-file-atomic', async (importOriginal) => {
  const { default: write } = await importOriginal<{ default: Write }>();
  const writePart: Write = (path, text, options) => write(path, text.slice(0, disk.takes), options);
  return { default: writePart };
});

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'matinee-cli-'));
  file = join(folder, 'matinee', 'profiles.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

const here = { url: 'http://127.0.0.1:8000', token: 'secret', email: 'ada@example.com' };

describe('profiles', () => {
  test('are read by name as they were written', async () => {
    await writeProfile('default', here, file);
    await writeProfile('staging', { url: 'https://staging.example.com' }, file);
    expect(readProfile('default', file)).toEqual(here);
    expect(readProfile('staging', file)).toEqual({ url: 'https://staging.example.com' });
    expect(readProfile('other', file)).toBeUndefined();
  });

  test('keep a session: renewed, of a guest, of an older version, and signed out', async () => {
    const { url, email } = here;
    await writeProfile('default', here, file);
    const store = sessionInProfile('default', file);
    const old = { accessToken: 'secret', refreshToken: null, expiresAt: Infinity };
    expect(await store.load()).toEqual(old);
    const renewed = { accessToken: 'new', refreshToken: 'next', expiresAt: 1 };
    await store.save(renewed);
    expect(readProfile('default', file)).toEqual({
      url,
      email,
      token: 'new',
      refreshToken: 'next',
      expiresAt: 1,
    });
    expect(await store.load()).toEqual(renewed);
    await store.save({ ...renewed, refreshToken: null });
    expect(await store.load()).toEqual({ ...renewed, refreshToken: null });
    await store.save(null);
    expect(readProfile('default', file)).toEqual({ url });
    expect(await store.load()).toBeNull();
    await writeProfile('default', undefined, file);
    await store.save(renewed);
    expect(readProfile('default', file)).toBeUndefined();
  });

  test('are readable by their owner only, even if the file was not', async () => {
    await writeProfile('default', here, file);
    chmodSync(file, 0o644);
    await writeProfile('default', here, file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'matinee')).mode & 0o777).toBe(0o700);
  });

  test('leave no temporary file behind', async () => {
    await writeProfile('default', here, file);
    await writeProfile('default', undefined, file);
    expect(readProfile('default', file)).toBeUndefined();
    expect(readdirSync(join(folder, 'matinee'))).toEqual(['profiles.json']);
  });

  test('are not left half written on a full disk', async () => {
    await writeProfile('default', here, file);
    disk.takes = 10;
    const failure = await writeProfile('staging', here, file).catch((error: unknown) => error);
    disk.takes = undefined;
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Only 10 of \d+ bytes .* The disk may be full\.$/),
    });
    expect(readdirSync(join(folder, 'matinee'))).toEqual([]);
    await writeProfile('default', here, file);
    expect(readProfile('default', file)).toEqual(here);
  });

  test('may have any name', async () => {
    expect(readProfile('__proto__', file)).toBeUndefined();
    expect(readProfile('constructor', file)).toBeUndefined();
    await writeProfile('default', here, file);
    expect(readProfile('toString', file)).toBeUndefined();
  });

  test.each(['', '{', '[]', '{"profiles":{"default":{"token":1}}}'])(
    'that cannot be read are reported, not ignored: %j',
    async (text) => {
      await writeProfile('default', here, file);
      writeFileSync(file, text);
      expect(() => readProfile('default', file)).toThrow('cannot be read');
      await expect(writeProfile('default', here, file)).rejects.toThrow('cannot be read');
    },
  );
});

describe('settings', () => {
  const config = process.env['XDG_CONFIG_HOME'];

  beforeEach(async () => {
    process.env['XDG_CONFIG_HOME'] = folder;
    await writeProfile('default', here, file);
  });

  afterEach(() => {
    if (config === undefined) {
      delete process.env['XDG_CONFIG_HOME'];
    } else {
      process.env['XDG_CONFIG_HOME'] = config;
    }
  });

  const isLinux = process.platform === 'linux';

  test.runIf(isLinux)('come from flags, then the environment, then the profile', () => {
    const env = { MATINEE_URL: 'http://env.example.com', MATINEE_TOKEN: 'env' };
    const flags = { url: 'http://flag.example.com/', token: 'flag' };
    expect(readSettings(flags, env)).toMatchObject({
      url: 'http://flag.example.com',
      token: 'flag',
      tokenFrom: 'flag',
    });
    expect(readSettings({}, env)).toMatchObject({
      url: 'http://env.example.com',
      token: 'env',
      tokenFrom: 'environment',
    });
    expect(readSettings({}, {})).toMatchObject({
      url: here.url,
      token: here.token,
      tokenFrom: 'profile',
    });
    expect(readSettings({ profile: 'none' }, {})).toMatchObject({
      url: 'http://127.0.0.1:8000',
      token: undefined,
    });
  });

  test.runIf(isLinux)('send the token of one server to no other', () => {
    const elsewhere = readSettings({ url: 'http://evil.example.com' }, {});
    expect(elsewhere.token).toBeUndefined();
    expect(readSettings({}, { MATINEE_URL: 'http://127.0.0.1:8001' }).token).toBeUndefined();
    expect(readSettings({ url: 'http://127.0.0.1:8000/' }, {}).token).toBe('secret');
  });
});

test('accepts addresses of servers only', () => {
  expect(toUrl('https://example.com/matinee/')).toBe('https://example.com/matinee');
  for (const text of ['', 'example.com', 'ftp://example.com', 'http://example.com/?a=1']) {
    expect(() => toUrl(text)).toThrow('is not a server address');
  }
});
