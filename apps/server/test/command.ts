import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));

export interface Output {
  code: number | null;
  out: string;
  err: string;
}

/** The `matinee` command with a home of its own, so that profiles of this machine do not matter. */
export interface Command {
  run(...args: string[]): Promise<Output>;
  /** Runs with `--json` and reads the answer. */
  json<Value>(...args: string[]): Promise<Value>;
  close(): Promise<void>;
}

/** The command as a person without a terminal would run it, against one server. */
export async function aCommand(url: string, env: NodeJS.ProcessEnv = {}): Promise<Command> {
  const home = await mkdtemp(path.join(tmpdir(), 'matinee-home-'));
  const run = (...args: string[]) =>
    new Promise<Output>((resolve, reject) => {
      const child = spawn(process.execPath, ['--conditions=@matinee/source', entry, ...args], {
        env: {
          PATH: process.env.PATH,
          HOME: home,
          XDG_CONFIG_HOME: path.join(home, '.config'),
          MATINEE_URL: url,
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
    });
  return {
    run,
    json: async <Value>(...args: string[]) => {
      const { out, err } = await run(...args, '--json');
      try {
        return JSON.parse(out) as Value;
      } catch (error) {
        throw new Error(`No JSON from matinee ${args.join(' ')}: ${out}${err}`, { cause: error });
      }
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}
