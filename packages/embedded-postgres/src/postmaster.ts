import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readPidFile } from './cluster.ts';
import { clearLeftovers } from './leftovers.ts';
import { commandOf, lastLine, processOptions } from './place.ts';
import type { Place } from './place.ts';
import { endOrphans, endProcess } from './processes.ts';

/** The running PostgreSQL: a child of this process, started again when it ends by itself. */
export class Postmaster {
  port = 0;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #restarting: Promise<void> = Promise.resolve();
  #crashes: number[] = [];
  readonly #isReady = new WeakSet<ChildProcess>();
  readonly #place: Place;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #log: (line: string) => void;
  // A server that ends without stop(), by an exception for example, takes its database with it.
  readonly #onProcessExit = () => this.#child?.kill('SIGINT');

  constructor(
    place: Place,
    settings: Readonly<Record<string, string>>,
    log: (line: string) => void,
  ) {
    this.#place = place;
    this.#settings = settings;
    this.#log = log;
  }

  async start(): Promise<void> {
    await rename(this.#logFile, `${this.#logFile}.old`).catch(() => {});
    process.on('exit', this.#onProcessExit);
    await this.#startOnFreePort(5);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    // One that is just coming up again need not become ready first.
    this.#child?.kill('SIGINT');
    await this.#restarting;
    process.off('exit', this.#onProcessExit);
    const child = this.#child;
    // Never started: what runs in the folder then is not this server's.
    if (!child) {
      return;
    }
    if (child.pid !== undefined && isRunning(child)) {
      await Promise.all([once(child, 'exit'), endProcess(child.pid)]);
    }
    await endOrphans(this.#place);
  }

  async #startOnFreePort(attempts: number): Promise<void> {
    this.port = await freePort();
    try {
      await this.#launch();
    } catch (error) {
      // Another program may take the free port before PostgreSQL does, and the PostgreSQL of a
      // server killed a moment ago may write its postmaster.pid only now.
      const isPassing = error instanceof Error && /TCP\/IP|postmaster\.pid/.test(error.message);
      if (!isPassing || attempts <= 1) {
        throw error;
      }
      await clearLeftovers(this.#place, this.#log);
      await this.#startOnFreePort(attempts - 1);
    }
  }

  async #launch(): Promise<void> {
    const [command = '', ...args] = commandOf(this.#place, 'postgres');
    args.push('-D', this.#place.cluster);
    for (const [name, value] of Object.entries({ ...this.#settings, ...this.#fixedSettings() })) {
      args.push('-c', `${name}=${value}`);
    }
    // A file, not a pipe: PostgreSQL must be able to write when this process is busy or dead.
    const output = await open(this.#logFile, 'a', 0o600);
    const { size } = await output.stat();
    try {
      // A session of its own: the terminal's Ctrl-C is for this process, which still needs its
      // database while it finishes the requests under way.
      const child = spawn(command, args, {
        ...processOptions(this.#place),
        detached: true,
        stdio: ['ignore', output.fd, output.fd],
      });
      this.#child = child;
      child.once('exit', () => this.#onChildExit(child));
      await once(child, 'spawn');
      await this.#untilReady(child, size);
    } finally {
      await output.close();
    }
  }

  #fixedSettings(): Record<string, string> {
    return {
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: '',
    };
  }

  async #untilReady(child: ChildProcess, logOffset: number): Promise<void> {
    // After a crash PostgreSQL replays its journal first: a second for each 100 MB or so.
    const deadline = Date.now() + 120_000;
    while (isRunning(child)) {
      const state = await readPidFile(this.#place);
      // A cluster with a `standby.signal` takes reads only, until it is promoted.
      if (state?.pid === child.pid && /^(ready|standby)$/.test(state?.status ?? '')) {
        this.#isReady.add(child);
        return;
      }
      if (Date.now() > deadline) {
        child.kill('SIGQUIT');
        throw new Error(`PostgreSQL is not ready after 120 s. Its log: ${this.#logFile}`);
      }
      await delay(10);
    }
    const output = (await readFile(this.#logFile)).subarray(logOffset).toString();
    throw new Error(`PostgreSQL does not start: ${complaintIn(output)}\nIts log: ${this.#logFile}`);
  }

  #onChildExit(child: ChildProcess): void {
    if (this.#isStopping || !this.#isReady.has(child)) {
      return;
    }
    const end = child.signalCode ?? `code ${child.exitCode ?? ''}`;
    this.#log(`PostgreSQL ended by itself (${end}); starting it again`);
    this.#restarting = this.#restart();
  }

  /** On the same port, so that the pools of the application find it again. */
  async #restart(): Promise<void> {
    this.#crashes = this.#crashes.filter((at) => at > Date.now() - 60_000);
    while (!this.#isStopping && this.#crashes.push(Date.now()) <= 5) {
      try {
        await clearLeftovers(this.#place, this.#log);
        await this.#launch();
        this.#log('PostgreSQL is running again');
        return;
      } catch (error) {
        if (this.#isStopping) {
          return;
        }
        this.#log(error instanceof Error ? error.message : String(error));
        await delay(200 * this.#crashes.length);
      }
    }
    if (!this.#isStopping) {
      this.#log(`PostgreSQL does not start again. Its log: ${this.#logFile}`);
    }
  }

  get #logFile(): string {
    return join(this.#place.dir, 'postgres.log');
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The line that says why: the fatal one, or the last. */
function complaintIn(output: string): string {
  const lines = output
    .trim()
    .split('\n')
    .filter((line) => /FATAL|PANIC/.test(line));
  const line = lines.at(-1) ?? lastLine(output);
  return line.replace(/^.*?(FATAL|PANIC):\s*/, '');
}
