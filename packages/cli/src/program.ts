import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addAuth } from './commands/auth.ts';
import { addBook } from './commands/book.ts';
import { addCompletion } from './commands/completion.ts';
import { addDoctor } from './commands/doctor.ts';
import { addMovies } from './commands/movies.ts';
import { addReports } from './commands/reports.ts';
import { addReservations } from './commands/reservations.ts';
import { addShowtimes } from './commands/showtimes.ts';
import { addTheaters } from './commands/theaters.ts';
import { addUsers } from './commands/users.ts';
import { defaultUrl } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { widthFor } from './terminal.ts';

/** The whole command: its groups, flags and help. Nothing is done before it parses arguments. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('matinee');
  program
    .description('Run a cinema from a terminal.')
    .version(manifest.version, '--version', 'show the version of this command')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .option('--url <url>', `address of the server (MATINEE_URL, ${defaultUrl})`)
    .option('--token <token>', 'access token (MATINEE_TOKEN)')
    .option('--profile <name>', 'which stored sign-in to use')
    .option('--no-input', 'never ask anything')
    .option('--yes', 'do not ask before something is destroyed')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void terminal.output.write(text),
      writeErr: (text) => void terminal.talk.write(text),
      getOutHelpWidth: () => widthFor(terminal.output) ?? 100,
      getErrHelpWidth: () => widthFor(terminal.talk) ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('See --help for what there is.')
    .exitOverride();
  program.addHelpText('after', firstSteps);

  addAuth(program, terminal);
  addMovies(program, terminal);
  addTheaters(program, terminal);
  addShowtimes(program, terminal);
  addReservations(program, terminal);
  addBook(program, terminal);
  addReports(program, terminal);
  addUsers(program, terminal);
  addDoctor(program, terminal);
  addCompletion(program, terminal);
  return program;
}

const firstSteps = `
Examples:
  $ matinee login
  $ matinee showtimes list --date 2026-12-24
  $ matinee book`;
