import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiled } from './compiled.ts';
import { run } from './run.ts';
import type { Output } from './run.ts';

const entry = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

/** The `matinee` command with a home of its own, so that profiles of this machine do not matter. */
export interface Command {
  run(...args: string[]): Promise<Output>;
  /** Runs with `--json` and reads the answer. */
  json<Value>(...args: string[]): Promise<Value>;
  close(): Promise<void>;
}

/** The command as a person without a terminal would run it, against one server. */
export async function aCommand(url: string, more: NodeJS.ProcessEnv = {}): Promise<Command> {
  const home = await mkdtemp(path.join(tmpdir(), 'matinee-home-'));
  const env = {
    PATH: process.env.PATH,
    ...compiled,
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    MATINEE_URL: url,
    ...more,
  };
  const runCommand = (...args: string[]) =>
    run(process.execPath, ['--conditions=@matinee/source', entry, ...args], { env });
  return {
    run: runCommand,
    json: async <Value>(...args: string[]) => {
      const { out, err } = await runCommand(...args, '--json');
      try {
        return JSON.parse(out) as Value;
      } catch (error) {
        throw new Error(`No JSON from matinee ${args.join(' ')}: ${out}${err}`, { cause: error });
      }
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}
