import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'a launcher that is gone'])(
  'undoes what was started, last first, on %s',
  async (how) => {
    expect(await runUntil(how, `step('one'); step('two');`)).toEqual({
      code: 0,
      out: 'ready\ntwo\none\n',
      err: '',
    });
  },
);

test('names each step that fails, does the others, and ends with 1', async () => {
  const start = `step('one'); step('two', 'is stuck'); step('three'); step('four', 'is gone');`;
  expect(await runUntil('SIGTERM', start)).toEqual({
    code: 1,
    out: 'ready\nfour\nthree\ntwo\none\n',
    err: 'Stopping: four: is gone\nStopping: two: is stuck\n',
  });
});

test('leaves a step that hangs behind, and does the others', async () => {
  const start = `step('one'); hang('two'); hang('three'); step('four');`;
  const { code, out, err } = await runUntil('SIGTERM', start);
  expect({ code, out }).toEqual({ code: 1, out: 'ready\nfour\none\n' });
  expect(err).toMatch(
    /^Stopping: three: not done after 0\.\d s\nStopping: two: not done after 0\.\d s\n$/,
  );
});

test('undoes the first half of a start whose second half fails', async () => {
  expect(await runUntil('nothing', `step('one'); throw new Error('No port.');`)).toEqual({
    code: 1,
    out: 'one\n',
    err: 'No port.\n',
  });
});

test('stops once, when it is told twice, and when it is told before it has started', async () => {
  const start = `
    step('one');
    process.kill(process.pid, 'SIGTERM');
    process.kill(process.pid, 'SIGINT');
    await new Promise((resolve) => setImmediate(resolve));
    step('two');`;
  expect(await runUntil('nothing', start)).toEqual({
    code: 0,
    out: 'ready\ntwo\none\n',
    err: '',
  });
});

const program = (start: string) => `
  const { endOn, namedStep, StopTime } = await import(process.argv[1]);
  setInterval(() => {}, 60_000);
  const time = new StopTime(600);
  await endOn(async (stopping) => {
    const step = (name, failure) =>
      stopping.defer(
        namedStep(name, async () => {
          process.stdout.write(name + '\\n');
          if (failure !== undefined) {
            throw new Error(failure);
          }
        }, time),
      );
    const hang = (name) => stopping.defer(namedStep(name, () => new Promise(() => {}), time));
    ${start}
    process.stdout.write('ready\\n');
  });
`;

/** Runs a process that is told to stop as soon as it is ready. */
async function runUntil(how: string, start: string) {
  const module = new URL('../src/lifecycle.ts', import.meta.url).href;
  const args = ['--conditions=@matinee/source', '--input-type=module', '-e', program(start)];
  const child = spawn(process.execPath, [...args, '--', module], {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const { stdout, stderr } = child;
  if (!stdout || !stderr) {
    throw new Error('The process has no streams.');
  }
  stdout.once('data', () => {
    if (how.startsWith('SIG')) {
      child.kill(how as NodeJS.Signals);
    } else if (how !== 'nothing') {
      child.disconnect();
    }
  });
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(child, 'exit')]);
  return { code: code as number | null, out, err };
}
