import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { compiled } from '../compiled.ts';
import { run } from '../run.ts';
import type { Output } from '../run.ts';

/** A program of an npm package: by the package, and where the program stands in it. */
export function programOf(name: string, file: string, from = import.meta.url): string {
  return path.join(path.dirname(createRequire(from).resolve(`${name}/package.json`)), file);
}

const environment = {
  PATH: process.env.PATH,
  ...compiled,
  HOME: process.env.HOME,
  CI: '1',
  NO_COLOR: '1',
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_NOTIFICATIONS: 'true',
};

/** Starts a program on the Node of the tests; it tells nobody and asks for no updates. */
export function startTool(program: string, args: string[], cwd?: string): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Runs a program to its end. */
export function runTool(program: string, args: string[], cwd?: string): Promise<Output> {
  return run(process.execPath, [program, ...args], { env: environment, cwd });
}
