import { Command, Help } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addAccount } from './commands/account.ts';
import { addApiKeys } from './commands/api-keys.ts';
import { addApi } from './commands/api.ts';
import { addAudit } from './commands/audit.ts';
import { addAuth } from './commands/auth.ts';
import { addBook } from './commands/book.ts';
import { addCheckIns } from './commands/check-ins.ts';
import { addCompletion } from './commands/completion.ts';
import { addDesk } from './commands/desk.ts';
import { addDoctor } from './commands/doctor.ts';
import { addGate } from './commands/gate.ts';
import { addHelp } from './commands/help.ts';
import { addIncidents } from './commands/incidents.ts';
import { addMovies } from './commands/movies.ts';
import { addNotifications } from './commands/notifications.ts';
import { addOutbox } from './commands/outbox.ts';
import { addPassword } from './commands/password.ts';
import { addPayments } from './commands/payments.ts';
import { addPriceLists } from './commands/price-lists.ts';
import { addProgramme } from './commands/programme.ts';
import { addReports } from './commands/reports.ts';
import { addReservations } from './commands/reservations.ts';
import { addSchedules } from './commands/schedules.ts';
import { addSecondFactor } from './commands/second-factor.ts';
import { addSessions } from './commands/sessions.ts';
import { addShowtimes } from './commands/showtimes.ts';
import { addSites } from './commands/sites.ts';
import { addStaff } from './commands/staff.ts';
import { addTheaters } from './commands/theaters.ts';
import { addTicketKeys } from './commands/ticket-keys.ts';
import { addTicketTypes } from './commands/ticket-types.ts';
import { addUsers } from './commands/users.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { defaultUrl } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { widthFor } from './terminal.ts';

/** Builds the command with its groups, flags and help. It does nothing until it parses arguments. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('matinee');
  program
    .description('Run a cinema from a terminal.')
    .version(manifest.version, '--version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .option('--url <url>', `server URL (MATINEE_URL; default: ${defaultUrl})`)
    .option('--token <token>', 'access token or API key (MATINEE_TOKEN)')
    .option('--profile <name>', 'stored sign-in to use')
    .option('--no-input', 'never prompt')
    .option('--no-pager', 'print long lists without a pager')
    .option('--yes', 'do not ask for confirmation')
    .configureHelp({ showGlobalOptions: true, formatHelp: globalOptionsLast })
    .configureOutput({
      writeOut: (text) => void terminal.output.write(text),
      writeErr: (text) => void terminal.talk.write(text),
      getOutHelpWidth: () => widthFor(terminal.output) ?? 100,
      getErrHelpWidth: () => widthFor(terminal.talk) ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError('See --help for usage.')
    .exitOverride();
  program.addHelpText('after', firstSteps);

  addAuth(program, terminal);
  addPassword(program, terminal);
  addSessions(program, terminal);
  addAccount(program, terminal);
  addSecondFactor(program, terminal);
  addNotifications(program, terminal);
  addMovies(program, terminal);
  addSites(program, terminal);
  addTheaters(program, terminal);
  addShowtimes(program, terminal);
  addProgramme(program, terminal);
  addTicketTypes(program, terminal);
  addPriceLists(program, terminal);
  addSchedules(program, terminal);
  addReservations(program, terminal);
  addBook(program, terminal);
  addDesk(program, terminal);
  addGate(program, terminal);
  addCheckIns(program, terminal);
  addTicketKeys(program, terminal);
  addPayments(program, terminal);
  addIncidents(program, terminal);
  addReports(program, terminal);
  addUsers(program, terminal);
  addStaff(program, terminal);
  addApiKeys(program, terminal);
  addOutbox(program, terminal);
  addWebhooks(program, terminal);
  addAudit(program, terminal);
  addApi(program, terminal);
  addDoctor(program, terminal);
  addCompletion(program, terminal);
  addHelp(program, terminal);
  return program;
}

/** Formats the help page with the commands of a group before the global options. */
function globalOptionsLast(command: Command, help: Help): string {
  const page = Help.prototype.formatHelp.call(help, command, help);
  const sections = page.trimEnd().split('\n\n');
  const isGlobal = (section: string) => section.startsWith('Global Options:');
  const others = sections.filter((section) => !isGlobal(section));
  return `${[...others, ...sections.filter(isGlobal)].join('\n\n')}\n`;
}

const firstSteps = `
Examples:
  $ matinee login
  $ matinee showtimes list --date 2026-12-24
  $ matinee book`;
