import { CliError, exitCodes, usageError } from '../failure.ts';
import { distinctEndings } from '../output/short-id.ts';
import type { Session } from '../session.ts';
import { kinds } from './kinds.ts';
import type { Candidate, Kind, Thing } from './kinds.ts';

/*
 * A person names things by what a screen shows: a title, an address, a reference, or the last
 * characters of an id. Scripts pass whole ids, which cost no request.
 */

/** The thing that a text names. */
export interface Found {
  id: string;
  /** As a person knows it; a whole id as it was typed. */
  name: string;
}

interface Wanted {
  thing: Thing;
  typed: string;
  /** Whether a part of a name is not enough. */
  isExact: boolean;
}

const wholeId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const endOfId = /^[0-9a-f-]{6,36}$/i;

/** The most choices that a message lists. */
const mostChoices = 10;

/**
 * Finds the one thing that a text names. A whole name comes first, then a part of a name or the end
 * of an id, if only one thing fits.
 *
 * @throws CliError if nothing fits (not found), or several things do (usage)
 */
async function find(session: Session, { thing, typed, isExact }: Wanted): Promise<Found> {
  const text = typed.trim();
  if (wholeId.test(text) || text === '') {
    return { id: text, name: text };
  }
  const kind = kinds[thing];
  const { exact, endings, partial } = await candidatesOf(session, kind, text);
  const fitting = exact.length > 0 ? exact : unique([...endings, ...(isExact ? [] : partial)]);
  const [only] = fitting;
  if (!only) {
    throw noneFits(kind, text, isExact ? partial : []);
  }
  if (fitting.length > 1) {
    throw severalFit(kind, text, fitting);
  }
  if (!only.isExact) {
    session.hint(`${text} is ${only.name}.`);
  }
  return only;
}

/** The id of the one thing that a text names. @throws CliError as `find` does */
export async function findId(session: Session, thing: Thing, typed: string): Promise<string> {
  return (await find(session, { thing, typed, isExact: false })).id;
}

/**
 * For commands that destroy something: a part of a name is not enough. Returns a function that looks
 * for the thing when it is first called, because a command without a confirmation sends no request.
 */
export function exactFinder(session: Session, thing: Thing, typed: string): () => Promise<Found> {
  let found: Promise<Found> | undefined;
  return () => (found ??= find(session, { thing, typed, isExact: true }));
}

/** The flags and keys of an input that carry an id. */
const thingsByKey: Readonly<Record<string, Thing>> = {
  movieId: 'movie',
  theaterId: 'theater',
  showtimeId: 'showtime',
  siteId: 'site',
  userId: 'user',
  ticketTypeId: 'ticketType',
  priceListId: 'priceList',
};

/** Replaces names by ids, in all flags or keys of an input that carry an id. */
export async function withIds<Input extends object>(
  session: Session,
  input: Input,
): Promise<Input> {
  const ids = Object.entries(input).flatMap(([key, value]: [string, unknown]) => {
    const thing = thingsByKey[key];
    return thing !== undefined && typeof value === 'string'
      ? [findId(session, thing, value).then((id) => [key, id] as const)]
      : [];
  });
  return { ...input, ...Object.fromEntries(await Promise.all(ids)) };
}

async function candidatesOf(session: Session, kind: Kind, text: string) {
  const matinee = await session.matinee();
  const [names, endings] = await Promise.all([
    kind.byName(matinee, text),
    endOfId.test(text) ? kind.byEnding(matinee, text) : [],
  ]);
  return {
    exact: names.filter(({ isExact }) => isExact),
    partial: names.filter(({ isExact }) => !isExact),
    endings,
  };
}

/** A title may contain the end of the id of its own movie. */
function unique(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.map((candidate) => [candidate.id, candidate])).values()];
}

function noneFits(kind: Kind, text: string, similar: readonly Candidate[]): CliError {
  const none = `There is no ${kind.noun} "${text}".`;
  const lines = similar.length > 0 ? [`${none} Similar:`, ...choices(similar)] : [none];
  return new CliError(
    exitCodes.notFound,
    lines.join('\n'),
    `Name the ${kind.noun} by ${kind.ways}.`,
  );
}

function severalFit(kind: Kind, text: string, fitting: readonly Candidate[]): CliError {
  const plural = kind.noun === 'delivery' ? 'deliveries' : `${kind.noun}s`;
  const lines = [`"${text}" fits ${fitting.length} ${plural}:`, ...choices(fitting)];
  return usageError(
    lines.join('\n'),
    'Name one of them by the end of its id, in the first column.',
  );
}

function choices(candidates: readonly Candidate[]): string[] {
  const endings = distinctEndings(candidates.map(({ id }) => id));
  const lines = candidates.map(({ name }, index) => `  ${endings[index]}  ${name}`);
  const more = lines.length - mostChoices;
  return more > 0 ? [...lines.slice(0, mostChoices), `  … and ${more} more`] : lines;
}
