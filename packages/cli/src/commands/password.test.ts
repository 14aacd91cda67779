import type { Matinee, MatineeOptions } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';
import { readProfile, writeProfile } from '../profile.ts';

const fake = vi.hoisted(() => ({
  matinee: undefined as unknown,
  options: undefined as MatineeOptions | undefined,
}));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: (options: MatineeOptions) => {
    fake.options = options;
    return fake.matinee as Matinee;
  },
}));

useOwnConfig();

const userId = '00000000-0000-7000-8000-000000000007';
const url = 'http://127.0.0.1:9';
const link = (page: string) => `https://tickets.example/m/${page}#token=abc-123`;
const user = { id: userId, email: 'ada@example.com', role: 'user', emailVerifiedAt: new Date(0) };

async function against(
  line: string | readonly string[],
  { answers = {}, env = {} }: { answers?: object; env?: Record<string, string> } = {},
) {
  const { matinee, calls } = fakeMatinee({
    'auth.requestPasswordReset': () => ({ sent: true }),
    'auth.resetPassword': () => ({ changed: true }),
    'auth.changePassword': () => ({ changed: true, accessToken: 'new', tokenType: 'bearer' }),
    'auth.requestEmailVerification': () => ({ sent: true }),
    'auth.verifyEmail': () => user,
    'admin.users.list': () => [user],
    'admin.users.requestPasswordReset': () => ({ sent: true, link: null }),
    ...answers,
  });
  fake.matinee = matinee;
  return { ...(await runFake(line, { env: { NO_COLOR: '1', ...env } })), calls };
}

describe('a forgotten password', () => {
  test('is asked for by its address', async () => {
    const { data, calls } = await against('password forgot --email ada@example.com');
    expect(calls).toEqual([
      { path: 'auth.requestPasswordReset', input: { email: 'ada@example.com' } },
    ]);
    expect(data).toBe('If there is an account with ada@example.com, a mail comes.\n');
  });

  test.each([link('reset-password'), 'abc-123'])('is replaced by the link %s', async (given) => {
    const env = { MATINEE_NEW_PASSWORD: 'battery-staple' };
    const { data, calls } = await against(['password', 'reset', given], { env });
    const input = { token: 'abc-123', newPassword: 'battery-staple' };
    expect(calls).toEqual([{ path: 'auth.resetPassword', input }]);
    expect(data).toBe('Your new password holds.\n');
  });

  test('needs the new one from the environment where nobody can be asked', async () => {
    const { said, exitCode, calls } = await against(['password', 'reset', 'abc']);
    expect(said).toContain('Missing: MATINEE_NEW_PASSWORD.');
    expect({ exitCode, calls }).toEqual({ exitCode: 2, calls: [] });
  });
});

test('a password is changed, and the token of the new session is kept, not printed', async () => {
  await writeProfile('default', { url, token: 'old', email: 'ada@example.com' });
  const env = {
    MATINEE_TOKEN: '',
    MATINEE_PASSWORD: 'old-one',
    MATINEE_NEW_PASSWORD: 'battery-staple',
  };
  const { data, said, calls } = await against('password change', { env });
  const input = { currentPassword: 'old-one', newPassword: 'battery-staple' };
  expect(calls).toEqual([{ path: 'auth.changePassword', input }]);
  expect(data + said).not.toContain('new\n');
  // The client keeps what it gets where the profile is.
  const next = { accessToken: 'new', refreshToken: 'next', expiresAt: 1 };
  await fake.options?.session?.save(next);
  expect(readProfile('default')).toMatchObject({ url, token: 'new', email: 'ada@example.com' });
});

test('with a token that is kept nowhere, its owner is told where the new one is', async () => {
  const env = { MATINEE_PASSWORD: 'old-one', MATINEE_NEW_PASSWORD: 'battery-staple' };
  expect((await against('password change', { env })).said).toContain('--json prints a new one');
  expect(JSON.parse((await against('password change --json', { env })).data)).toMatchObject({
    accessToken: 'new',
  });
});

describe('an address', () => {
  test('is proven by the link, and asked for without one', async () => {
    expect((await against('verify-email')).calls).toEqual([
      { path: 'auth.requestEmailVerification', input: undefined },
    ]);
    const { data, calls } = await against(['verify-email', link('verify-email')]);
    expect(calls).toEqual([{ path: 'auth.verifyEmail', input: { token: 'abc-123' } }]);
    expect(data).toContain('Address proven  1970-01-01');
  });
});

describe('users reset-password', () => {
  test('says that a mail goes out', async () => {
    const { data, calls } = await against('users reset-password ada@example.com');
    expect(calls.at(-1)).toEqual({ path: 'admin.users.requestPasswordReset', input: { userId } });
    expect(data).toBe('A mail goes to ada@example.com.\n');
  });

  test.each([
    ['whole', link('reset-password'), link('reset-password')],
    ['relative', '/m/reset-password#token=abc', `${url}/m/reset-password#token=abc`],
  ])('prints a %s link where no mail is sent', async (_kind, answered, printed) => {
    const answers = {
      'admin.users.requestPasswordReset': () => ({ sent: false, link: answered }),
    };
    const { data, said } = await against(`users reset-password ${userId}`, { answers });
    expect(data).toBe(`${printed}\n`);
    expect(said).toContain('Pass it to the user alone.');
  });
});
