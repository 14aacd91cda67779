import type { Matinee } from '@matinee/sdk';
import { describe, expect, test, vi } from 'vitest';
import { fakeMatinee } from '../../test/fake-matinee.ts';
import { useOwnConfig } from '../../test/own-config.ts';
import { runFake } from '../../test/run-fake.ts';

const fake = vi.hoisted(() => ({ matinee: undefined as unknown }));
vi.mock('@matinee/sdk', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  createMatinee: () => fake.matinee as Matinee,
}));

useOwnConfig();

const settings = { reminders: true, news: false, sms: false, recommendations: true, phone: null };

async function against(line: string) {
  const { matinee, calls } = fakeMatinee({
    'auth.notifications': () => settings,
    'auth.requestPhoneVerification': () => ({ sent: true }),
    'auth.verifyPhone': () => ({}),
    'auth.updateNotifications': (input: unknown) => ({ ...settings, ...(input as object) }),
  });
  fake.matinee = matinee;
  const env = { NO_COLOR: '1', MATINEE_TOKEN: 'a-token', MATINEE_CODE: '123456' };
  return { ...(await runFake(line, { env })), calls };
}

describe('what a customer is sent', () => {
  test('is shown in words', async () => {
    const { data } = await against('notifications get');
    expect(data).toBe(
      'Reminders        yes\nNews             no\nSMS              no\nRecommendations  yes\n',
    );
  });

  test('is changed by flags; what is not named stays', async () => {
    const { data, calls, said } = await against('notifications update --no-reminders --news');
    const input = { reminders: false, news: true };
    expect(calls).toEqual([{ path: 'auth.updateNotifications', input }]);
    expect(data).toBe(
      'Reminders        no\nNews             yes\nSMS              no\nRecommendations  yes\n',
    );
    expect(said).toContain('Settings updated.');
  });

  test('is printed as JSON', async () => {
    const { data } = await against('notifications get --json');
    expect(JSON.parse(data)).toEqual(settings);
  });

  test('has a telephone number that is proven by a code', async () => {
    const { calls, said } = await against('notifications phone +4915112345678');
    expect(calls).toEqual([
      { path: 'auth.requestPhoneVerification', input: { phone: '+4915112345678' } },
      { path: 'auth.verifyPhone', input: { code: '123456' } },
      { path: 'auth.notifications', input: undefined },
    ]);
    expect(said).toContain('The number is proven.');
  });

  test('needs something to change', async () => {
    const { exitCode, calls } = await against('notifications update');
    expect({ exitCode, calls }).toEqual({ exitCode: 2, calls: [] });
  });
});
