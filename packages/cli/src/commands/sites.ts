import type { Inputs, Site } from '@matinee/sdk';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { askTimeZone } from '../ask-time-zone.ts';
import { addGroup, asJson, asList, examples, runs } from '../command.ts';
import { addFields, askForMissing, readInput, revisionOf } from '../input.ts';
import type { Field, InputOptions } from '../input.ts';
import { printList } from '../lists.ts';
import type { ListOptions } from '../lists.ts';
import { findId } from '../named/find-id.ts';
import { showSite, siteLayout } from '../output/site.ts';
import type { Format, Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { deletes } from './editing.ts';
import type { Removable } from './editing.ts';

type Tier = Site['refundPolicy']['tiers'][number];

interface SiteOptions extends InputOptions, Format {
  refundTier?: Tier[];
  feeRefundable?: boolean;
}

const fields: readonly Field[] = [
  {
    key: 'name',
    value: 'text',
    description: 'name of the cinema, up to 255 characters',
    required: true,
  },
  {
    key: 'timezone',
    value: 'text',
    description: 'time zone, such as Europe/Paris',
    required: true,
    ask: askTimeZone,
  },
  { key: 'address', value: 'text', description: 'postal address', clearable: true },
  { key: 'taxRate', value: 'number', description: 'tax contained in prices, in percent' },
  {
    key: 'lateSalesMinutes',
    value: 'whole number',
    description: 'minutes after the start in which the desk sells',
  },
  {
    key: 'businessDayStartsAt',
    value: 'text',
    description: 'time at which a business day begins, such as 06:00',
    clearable: true,
  },
];

/** Has flags of its own. */
const refundPolicy: Field = { key: 'refundPolicy', value: 'json', description: '' };

const aSite = ['<site>', 'name, id, or the end of the id'] as const;

const tiersHelp = `
The refund tiers replace those of the cinema. The first tier whose hours are
left until the start decides; without one, nothing is returned. 0:0 returns
nothing at any time.`;

const businessDayHelp = `
Shows that start before the business day begins belong to the day before, in
reports and wherever a day is asked for. Without it a day begins at midnight.`;

const siteKind: Removable<Site> = {
  name: 'Site',
  thing: 'site',
  describe: ({ name }) => `the cinema "${name}"`,
  get: (matinee, siteId) => matinee.sites.get({ siteId }),
  remove: (matinee, siteId) => matinee.sites.delete({ siteId }),
};

export function addSites(program: Command, terminal: Terminal): void {
  const sites = addGroup(program, 'sites', 'cinemas, their tax and their refund policy');

  const list = asList(sites.command('list').description('list cinemas by name'));
  examples(list, ['matinee sites list']);
  runs<ListOptions>(list, terminal, listSites);

  const get = asJson(sites.command('get').argument(...aSite));
  get.description('show a cinema');
  examples(get, ['matinee sites get ID']);
  runs<Format>(get, terminal, getSite);

  const create = withPolicy(addFields(sites.command('create'), fields, 'create'))
    .description('create a cinema; at a terminal, asks for missing values (for administrators)')
    .addHelpText('after', businessDayHelp);
  examples(asJson(create), [
    'matinee sites create --name Northgate --timezone Europe/Paris --tax-rate 20 \\\n' +
      '      --business-day-starts-at 06:00',
  ]);
  runs<SiteOptions>(create, terminal, createSite);

  const update = withPolicy(addFields(sites.command('update').argument(...aSite), fields, 'update'))
    .description('update the given fields of a cinema (for administrators)')
    .addHelpText('after', `${tiersHelp}\n${businessDayHelp}`);
  examples(asJson(update), [
    'matinee sites update ID --tax-rate 7 --late-sales-minutes 15',
    'matinee sites update ID --refund-tier 24:100 --refund-tier 2:50',
  ]);
  runs<SiteOptions>(update, terminal, updateSite);

  const remove = asJson(sites.command('delete').argument(...aSite));
  remove.description('delete a cinema that has no theater (for administrators)');
  examples(remove, ['matinee sites delete ID']);
  runs<Format>(remove, terminal, deletes(siteKind));
}

function withPolicy(command: Command): Command {
  return command
    .option(
      '--refund-tier <hours:percent>',
      'percent returned until so many hours before the start; repeatable',
      (text: string, before?: Tier[]) => [...(before ?? []), readTier(text)],
    )
    .option('--fee-refundable', 'return the fees with the last seat')
    .option('--no-fee-refundable', 'do not return fees');
}

async function listSites(session: Session, options: ListOptions): Promise<void> {
  const matinee = await session.matinee();
  const items = await matinee.sites.list.all({}).toArray({ limit: options.limit });
  printList(session, options, { items, layout: siteLayout });
}

async function getSite(session: Session, options: Format, [typed = '']: string[]): Promise<void> {
  const matinee = await session.matinee();
  const siteId = await findId(session, 'site', typed);
  const site = await matinee.sites.get({ siteId });
  session.print(options, site, () => showSite(site, session.paint));
}

async function createSite(session: Session, options: SiteOptions): Promise<void> {
  const complete = await askForMissing(session, options, fields);
  const input = readInput(complete, fields, 'create');
  const { tiers, feeRefundable } = policyChanges(options) ?? {};
  // What the server gives a cinema without a policy, where only a part is set.
  const policy =
    tiers === undefined && feeRefundable === undefined
      ? {}
      : { refundPolicy: { tiers: tiers ?? untilTheStart, feeRefundable: feeRefundable ?? true } };
  const matinee = await session.matinee();
  const created = await matinee.sites.create({
    ...(input as unknown as Inputs['sites']['create']),
    ...policy,
  });
  session.print(options, created, () => showSite(created, session.paint));
  session.talk('Site created.');
}

const untilTheStart: Tier[] = [{ hoursBefore: 0, percent: 100 }];

async function updateSite(
  session: Session,
  options: SiteOptions,
  [typed = '']: string[],
): Promise<void> {
  const changes = policyChanges(options);
  const given = { ...options, ...(changes ? { refundPolicy: changes } : {}) };
  const input = readInput(given, [...fields, refundPolicy], 'update');
  const matinee = await session.matinee();
  const siteId = await findId(session, 'site', typed);
  const site = await matinee.sites.get({ siteId });
  const policy = changes ? { refundPolicy: { ...site.refundPolicy, ...changes } } : {};
  const revision = await revisionOf(options, input, async () => site);
  const updated = await matinee.sites.update({ ...input, ...policy, siteId, revision });
  session.print(options, updated, () => showSite(updated, session.paint));
  session.talk('Site updated.');
}

/** The parts of the policy that the flags set; undefined without such a flag. */
function policyChanges({
  refundTier,
  feeRefundable,
}: SiteOptions): Partial<Site['refundPolicy']> | undefined {
  if (refundTier === undefined && feeRefundable === undefined) {
    return undefined;
  }
  // The server takes the tiers in this order only.
  const tiers = refundTier?.toSorted((a, b) => b.hoursBefore - a.hoursBefore);
  return {
    ...(tiers === undefined ? {} : { tiers }),
    ...(feeRefundable === undefined ? {} : { feeRefundable }),
  };
}

/** Parses `24:100`. The server checks the bounds. */
function readTier(text: string): Tier {
  const [, hours, percent] = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)%?$/.exec(text.trim()) ?? [];
  if (hours === undefined || percent === undefined) {
    throw new InvalidArgumentError('It must be HOURS:PERCENT, such as 24:100.');
  }
  return { hoursBefore: Number(hours), percent: Number(percent) };
}
