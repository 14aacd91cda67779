import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPseudoTerminal } from '../../../../packages/cli/test/pseudo-terminal.ts';
import type { PseudoTerminal } from '../../../../packages/cli/test/pseudo-terminal.ts';
import { run } from '../run.ts';
import type { Output } from '../run.ts';
import { builtCommand } from './built.ts';

export interface AtTerminal {
  columns?: number;
  rows?: number;
  env?: NodeJS.ProcessEnv;
}

/** The built command with its own home folder, for one server. */
export interface Binary {
  file: string;
  home: string;
  env: NodeJS.ProcessEnv;
  /** Runs in pipes, as in a script. */
  run(...args: string[]): Promise<Output>;
  /** The same, with additional variables. */
  runWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Output>;
  /** Runs at a terminal. */
  open(args: readonly string[], options?: AtTerminal): PseudoTerminal;
  /** Runs a shell script that can call `matinee`. */
  openShell(script: string, options?: AtTerminal): PseudoTerminal;
  close(): Promise<void>;
}

export async function aBinary(url: string, more: NodeJS.ProcessEnv = {}): Promise<Binary> {
  const file = await builtCommand();
  const home = await mkdtemp(path.join(tmpdir(), 'matinee-home-'));
  const env: NodeJS.ProcessEnv = {
    PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    MATINEE_URL: url,
    LANG: 'C.UTF-8',
    // A pager waits for a key. Its own test turns it on.
    PAGER: '',
    ...more,
  };
  const runWith = (others: NodeJS.ProcessEnv, ...args: string[]) =>
    run(process.execPath, [file, ...args], { env: { ...env, ...others }, cwd: home });
  const openProgram = (command: readonly [string, ...string[]], options: AtTerminal = {}) =>
    openPseudoTerminal({ ...options, command, cwd: home, env: { ...env, ...options.env } });
  return {
    file,
    home,
    env,
    run: (...args) => runWith({}, ...args),
    runWith,
    open: (args, options) => openProgram([process.execPath, file, ...args], options),
    openShell: (script, options) => {
      const matinee = `matinee() { "${process.execPath}" "${file}" "$@"; }`;
      return openProgram(['/bin/sh', '-c', `${matinee}\n${script}`], options);
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}
