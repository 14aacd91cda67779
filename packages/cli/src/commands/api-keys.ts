import type { ApiKey } from '@matinee/sdk';
import type { Command } from 'commander';
import { confirm } from '../ask.ts';
import { addGroup, asJson, asList, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { printItems, printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { exactFinder } from '../named/find-id.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import { apiKeyLayout } from '../output/api-key.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

type Scope = ApiKey['scopes'][number];

interface CreateOptions extends Format, SiteOption {
  scopes: Scope[];
  allSites?: true;
  expires?: string;
}

const scopes: readonly Scope[] = ['manage', 'sell', 'read', 'check_in'];

const scopesHelp = `
Scopes: manage opens the schedule, prices, refunds and reports; sell the desk,
without cash, and cancellations; read reservations; check_in the door.

The key is printed once, on stdout. Programs send it as a bearer token; this
command takes it from MATINEE_TOKEN.`;

export function addApiKeys(program: Command, terminal: Terminal): void {
  const keys = addGroup(program, 'api-keys', 'keys with which programs call (for administrators)');

  const list = asList(keys.command('list').description('list API keys, newest first'));
  examples(list, ['matinee api-keys list']);
  runs<ListOptions>(list, terminal, listKeys);

  const create = asJson(keys.command('create').argument('<name>', 'what the key is for'))
    .description('make an API key and print it')
    .requiredOption('--scopes <list>', 'what the key may do, such as sell,read', toScopes)
    .option('--site <site>', 'at this site: name, id, or the end of the id')
    .option('--all-sites', 'at all sites')
    .option('--expires <instant>', 'when the key ends, such as 2027-06-30T22:00:00Z')
    .addHelpText('after', scopesHelp);
  examples(create, [
    "matinee api-keys create 'Kiosk in the foyer' --scopes sell,read --site Downtown",
    'matinee api-keys create Accounting --scopes manage --all-sites > accounting.key',
  ]);
  runs<CreateOptions>(create, terminal, createKey);

  const revoke = asJson(keys.command('revoke').argument('<key>', 'name, id, or the end of the id'));
  revoke.description('end an API key, from the next request on');
  examples(revoke, ['matinee api-keys revoke ID']);
  runs<Format>(revoke, terminal, revokeKey);
}

async function listKeys(session: Session, options: ListOptions): Promise<void> {
  const matinee = await session.matinee();
  const items = await matinee.admin.apiKeys.list();
  const layout = await layoutFor(session);
  printList(session, options, { items: items.slice(0, options.limit), layout });
}

async function createKey(
  session: Session,
  options: CreateOptions,
  [name = '']: string[],
): Promise<void> {
  if ((options.site === undefined) === (options.allSites === undefined)) {
    throw usageError('Give either --site or --all-sites.');
  }
  const matinee = await session.matinee();
  const made = await matinee.admin.apiKeys.create({
    name,
    scopes: options.scopes,
    ...(await siteOf(session, options)),
    ...(options.expires === undefined ? {} : { expiresAt: options.expires }),
  });
  session.print(options, made, () => made.key);
  session.talk('API key made. Keep it now: it is not shown again.');
}

async function revokeKey(session: Session, options: Format, [typed = '']: string[]): Promise<void> {
  const matinee = await session.matinee();
  const found = exactFinder(session, 'apiKey', typed);
  await confirm(session, async () => `Revoke the API key "${(await found()).name}"?`);
  const revoked = await matinee.admin.apiKeys.revoke({ apiKeyId: (await found()).id });
  printItems(session, options, { items: [revoked], layout: await layoutFor(session) });
  session.talk('API key revoked.');
}

async function layoutFor(session: Session) {
  const matinee = await session.matinee();
  return apiKeyLayout(await matinee.sites.list.all({}).toArray(), {
    now: new Date(),
    paint: session.paint,
  });
}

/** @throws CliError for what is no scope */
function toScopes(text: string): Scope[] {
  return text.split(',').map((each) => {
    const scope = scopes.find((known) => known === each.trim());
    if (scope === undefined) {
      throw usageError(`"${each.trim()}" is no scope.`, `The scopes are ${scopes.join(', ')}.`);
    }
    return scope;
  });
}
