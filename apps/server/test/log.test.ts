import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openPseudoTerminal } from '../../../packages/cli/test/pseudo-terminal.ts';
import { lineOf } from '../src/log-line.ts';
import { run } from './run.ts';

const time = new Date(2026, 10, 28, 7, 16, 32).toISOString();
const request = {
  level: 'info',
  time,
  requestId: '57b4a8c7-6f0e-4f5b-9a53-0a6f2f5e8d11',
  method: 'GET',
  path: '/api/v1/movies',
  status: 200,
  ms: 30.4,
  address: '127.0.0.1',
  msg: 'request',
};

describe('a line of the log at a terminal', () => {
  test.each<[string, object, string]>([
    ['a request', {}, '07:16:32 GET /api/v1/movies 200 30 ms 57b4a8c7'],
    [
      'a refused request of a user',
      { status: 409, failure: 'IN_USE', userId: '01a204ba-1098-7481-bd0b-8b404bef00e0' },
      '07:16:32 GET /api/v1/movies 409 30 ms IN_USE user 8b404bef00e0 57b4a8c7',
    ],
    [
      'a refused request of an API key',
      { status: 403, failure: 'FORBIDDEN', apiKeyId: '01a204ba-1098-7481-bd0b-8b404bef00e0' },
      '07:16:32 GET /api/v1/movies 403 30 ms FORBIDDEN key 8b404bef00e0 57b4a8c7',
    ],
    [
      'an id of the client',
      { requestId: 'checkout-7f3a' },
      '07:16:32 GET /api/v1/movies 200 30 ms checkout-7f3a',
    ],
    [
      'a probe of health',
      { level: 'debug', path: '/health/live' },
      '07:16:32 DEBUG GET /health/live 200 30 ms 57b4a8c7',
    ],
    [
      'a path with bytes that a terminal would obey',
      { path: '/\u009b2J\u001b[2Jé' },
      '07:16:32 GET /?2J?[2Jé 200 30 ms 57b4a8c7',
    ],
    [
      'another message',
      { level: 'warn', msg: 'security', method: undefined, requestId: undefined },
      '07:16:32 WARN security',
    ],
  ])('shows %s', (_what, change, expected) => {
    expect(lineOf({ ...request, ...change })).toBe(expected);
  });
});

const module = fileURLToPath(new URL('../src/log.ts', import.meta.url));
const censor = '[Redacted]';
const secrets = { password: 'open sesame', authorization: 'Bearer a.b.c', accessToken: 'a.b.c' };
const program = `
  const secrets = ${JSON.stringify(secrets)};
  const { accessLogOf, createLog } = await import(process.argv[1]);
  const log = createLog({ ENVIRONMENT: process.argv[2], DEBUG: false, LOG_LEVEL: 'info' });
  const accessLog = accessLogOf(log);
  accessLog.info(${JSON.stringify(request)}, 'request');
  accessLog.debug(${JSON.stringify(request)}, 'request');
  log.warn({ moved: 2 }, 'Moved');
  log.error({ err: Object.assign(new Error('broken'), secrets) }, 'It failed');
`;
const logging = (environment: string): [string, ...string[]] => [
  process.execPath,
  '--conditions=@matinee/source',
  '--input-type=module',
  '-e',
  program,
  module,
  environment,
];

test('a person at a terminal reads one line for each request, in development', async () => {
  const terminal = openPseudoTerminal({ command: logging('development'), env: {}, columns: 120 });
  expect(await terminal.ended).toBe(0);
  const [first, second, third, ...stack] = terminal.screen().split('\n');
  expect(first).toMatch(/^\d\d:\d\d:\d\d GET \/api\/v1\/movies 200 30 ms 57b4a8c7$/);
  expect(second).toMatch(/^\d\d:\d\d:\d\d WARN Moved \{"moved":2\}$/);
  expect(third).toMatch(/^\d\d:\d\d:\d\d ERROR It failed/);
  expect(stack.join('\n')).toContain('Error: broken');
});

test('production writes JSON at a terminal too, and development writes it in a pipe', async () => {
  const terminal = openPseudoTerminal({ command: logging('production'), env: {}, columns: 400 });
  expect(await terminal.ended).toBe(0);
  const [file, ...args] = logging('development');
  const piped = await run(file, args, { env: {} });
  for (const text of [terminal.screen(), piped.err]) {
    const [first = '', second = '', third = ''] = text.split('\n');
    expect(JSON.parse(first)).toMatchObject({ path: '/api/v1/movies', ms: 30.4, msg: 'request' });
    const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
    const beginning = { level: 'warn', time: expect.stringMatching(instant) };
    expect(JSON.parse(second)).toEqual({ ...beginning, moved: 2, msg: 'Moved' });
    const hidden = { password: censor, authorization: censor, accessToken: censor };
    expect(JSON.parse(third)).toMatchObject({ err: { message: 'broken', ...hidden } });
  }
});
