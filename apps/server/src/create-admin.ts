import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createApp, createFirstAdmin, pendingMigrations } from '@matinee/api';
import { assertDatabaseExists, runCommand, UsageError, withDatabase } from './command.ts';
import { readEnvironment, toConfig } from './environment.ts';
import { createLog } from './log.ts';
import { version } from './version.ts';

const usage = `Usage: npm run create-admin -- --email E [--force]
Asks for the password, or reads MATINEE_PASSWORD. Refuses while an active administrator exists;
with --force it makes another one, also from an account that exists.`;

/** What was asked for on the command line. @throws UsageError */
export function readArguments(args: string[]): { email: string; force: boolean } {
  try {
    const options = { email: { type: 'string' }, force: { type: 'boolean' } } as const;
    const { email, force = false } = parseArgs({ args, options }).values;
    if (email !== undefined) {
      return { email, force };
    }
  } catch {
    // An option that is unknown or lacks its value.
  }
  throw new UsageError(usage);
}

/** A terminal, or what stands for one in a test. */
export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream;
}

/**
 * Asks for a new password twice, without showing it.
 *
 * @throws UsageError without a terminal
 */
export async function askPassword(terminal: Terminal, signal: AbortSignal): Promise<string> {
  const { input, output } = terminal;
  if (!input.isTTY) {
    throw new UsageError('No terminal is available to ask for the password: set MATINEE_PASSWORD.');
  }
  // What is typed is echoed to this output, which swallows it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0, signal });
  const typed = lines[Symbol.asyncIterator]();
  const ask = async (question: string) => {
    output.write(question);
    const line = await typed.next();
    output.write('\n');
    if (line.done) {
      // Ctrl-C, Ctrl-D, or a signal.
      throw new Error('Interrupted.');
    }
    return line.value;
  };
  try {
    const password = await ask('Password: ');
    if ((await ask('Repeat the password: ')) !== password) {
      throw new Error('The passwords differ.');
    }
    return password;
  } finally {
    lines.close();
  }
}

async function main(signal: AbortSignal): Promise<void> {
  const { email, force } = readArguments(process.argv.slice(2));
  const environment = readEnvironment();
  await assertDatabaseExists(environment);
  const given = process.env['MATINEE_PASSWORD'];
  await withDatabase(environment, async ({ url }) => {
    const app = await createApp(toConfig(environment, { database: { url }, version }), {
      log: createLog(environment),
    });
    try {
      const pending = await pendingMigrations(app.orm);
      if (pending.length > 0) {
        const reason = `The database lacks ${pending.length} migration(s): ${pending.join(', ')}`;
        throw new Error(`${reason}.\nStart the server once, which applies them: npm start`);
      }
      const terminal = { input: process.stdin, output: process.stderr };
      const password = given || (await askPassword(terminal, signal));
      const address = await createFirstAdmin(app, { email, password, force });
      process.stdout.write(`Administrator: ${address}\n`);
    } finally {
      await app.close();
    }
  });
}

/** Runs the command on the arguments of this process. */
export const command = (): Promise<void> => runCommand(main);

if (import.meta.main) {
  await command();
}
