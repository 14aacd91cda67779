import type { StaffRole } from '@matinee/sdk';
import type { Command } from 'commander';
import { Argument } from 'commander';
import { addGroup, asJson, asList, examples, runs } from '../command.ts';
import { usageError } from '../failure.ts';
import { printItems, printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { exactFinder } from '../named/find-id.ts';
import { siteOf } from '../named/site-option.ts';
import type { SiteOption } from '../named/site-option.ts';
import { staffLayout } from '../output/staff.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

type Role = StaffRole['role'];

interface GrantOptions extends Format, SiteOption {
  allSites?: true;
}

const roles: readonly Role[] = ['manager', 'box_office', 'gate'];
const aUser = ['<user>', 'e-mail address, id, or the end of the id'] as const;

const rolesHelp = `
Roles: a manager has all rights at a site: schedule, prices, refunds, reports.
The box office sells, cancels and admits. The gate admits.`;

export function addStaff(program: Command, terminal: Terminal): void {
  const staff = addGroup(program, 'staff', 'who may do what at which site (for administrators)');

  const list = asList(staff.command('list').description('list roles by e-mail address')).option(
    '--site <site>',
    'only those who may do something at this site',
  );
  examples(list, ['matinee staff list', 'matinee staff list --site Downtown']);
  runs<ListOptions & SiteOption>(list, terminal, listStaff);

  const grant = asJson(staff.command('grant').argument(...aUser))
    .description('give a user a role at a site')
    .addArgument(new Argument('<role>', 'what the user may do').choices(roles))
    .option('--site <site>', 'the site: name, id, or the end of the id')
    .option('--all-sites', 'at all sites')
    .addHelpText('after', rolesHelp);
  examples(grant, [
    'matinee staff grant ada@example.com box_office --site Downtown',
    'matinee staff grant ada@example.com manager --all-sites',
  ]);
  runs<GrantOptions>(grant, terminal, grantRole);

  const revoke = asJson(staff.command('revoke').argument(...aUser))
    .description('take the role of a user at a site, or every role')
    .option('--site <site>', 'the role at this site; by default every role');
  examples(revoke, ['matinee staff revoke ada@example.com --site Downtown']);
  runs<Format & SiteOption>(revoke, terminal, revokeRole);
}

async function listStaff(session: Session, options: ListOptions & SiteOption): Promise<void> {
  const matinee = await session.matinee();
  const items = await matinee.admin.staff.list(await siteOf(session, options));
  const layout = await layoutFor(session);
  printList(session, options, { items: items.slice(0, options.limit), layout });
}

async function grantRole(
  session: Session,
  options: GrantOptions,
  [typed = '', role = '']: string[],
): Promise<void> {
  if ((options.site === undefined) === (options.allSites === undefined)) {
    throw usageError('Give either --site or --all-sites.');
  }
  const matinee = await session.matinee();
  const { id: userId } = await exactFinder(session, 'user', typed)();
  const { siteId = null } = await siteOf(session, options);
  const left = await matinee.admin.staff.grant({ userId, siteId, role: toRole(role) });
  printItems(session, options, { items: left, layout: await layoutFor(session) });
  session.talk('Role given.');
}

async function revokeRole(
  session: Session,
  options: Format & SiteOption,
  [typed = '']: string[],
): Promise<void> {
  const matinee = await session.matinee();
  const { id: userId } = await exactFinder(session, 'user', typed)();
  const left = await matinee.admin.staff.revoke({ userId, ...(await siteOf(session, options)) });
  printItems(session, options, { items: left, layout: await layoutFor(session) });
  session.talk(left.length === 0 ? 'No role is left.' : 'Role taken.');
}

async function layoutFor(session: Session) {
  const matinee = await session.matinee();
  return staffLayout(await matinee.sites.list.all({}).toArray());
}

function toRole(text: string): Role {
  const role = roles.find((each) => each === text);
  if (role === undefined) {
    throw usageError(`The role must be one of ${roles.join(', ')}.`);
  }
  return role;
}
