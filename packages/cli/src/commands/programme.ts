import type { Matinee, Site } from '@matinee/sdk';
import type { Command } from 'commander';
import { asJson, csvOption, examples, runs } from '../command.ts';
import { printList } from '../lists.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import { programmeLayout, rowsOf } from '../output/programme.ts';
import { localParts } from '../output/time.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ProgrammeOptions extends Format, SiteOption {
  date?: string;
}

export function addProgramme(program: Command, terminal: Terminal): void {
  const programme = asJson(program.command('programme'))
    .addOption(csvOption())
    .description('show what is on: movies, times, free seats')
    .option('--date <date>', 'business day (YYYY-MM-DD, local time of the theater); default: today')
    .option('--site <site>', 'only this cinema: name or id');
  examples(programme, [
    'matinee programme',
    'matinee programme --date 2026-12-24',
    'matinee programme --site Riverside',
  ]);
  runs<ProgrammeOptions>(programme, terminal, showProgramme);
}

async function showProgramme(session: Session, options: ProgrammeOptions): Promise<void> {
  const matinee = await session.matinee();
  const { siteId } = await siteOf(session, options);
  const date = options.date ?? (await today(matinee, siteId));
  const items = await matinee.showtimes.programme({ date, ...(siteId ? { siteId } : {}) });
  if (options.json) {
    session.writeJson(items);
    return;
  }
  const rows = rowsOf(items);
  const isAtTerminal = session.width !== undefined && !options.csv;
  printList(session, options, { items: rows, layout: programmeLayout(rows, { isAtTerminal }) });
}

/** The business day at the cinema, or at the first of all. */
async function today(matinee: Matinee, siteId: string | undefined): Promise<string> {
  const site = siteId
    ? await matinee.sites.get({ siteId })
    : (await matinee.sites.list({ limit: 1 })).items[0];
  return businessDay(new Date(), site);
}

/** The business day that an instant belongs to; without a cinema, that of this machine. */
function businessDay(now: Date, site: Partial<Site> | undefined): string {
  const { timezone = Intl.DateTimeFormat().resolvedOptions().timeZone } = site ?? {};
  const [hours = 0, minutes = 0] = (site?.businessDayStartsAt ?? '00:00').split(':').map(Number);
  const shifted = new Date(now.getTime() - (hours * 60 + minutes) * 60_000);
  return localParts(shifted, timezone).date;
}
