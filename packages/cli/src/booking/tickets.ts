import type { Seat, Showtime } from '@matinee/sdk';
import { InvalidArgumentError } from 'commander';
import { ask, promptStreams } from '../ask.ts';
import { usageError } from '../failure.ts';
import { searchKey } from '../named/search-key.ts';
import { sumOf } from '../output/money.ts';
import { pad, plain, widthOf } from '../output/text.ts';
import type { Session } from '../session.ts';
import { seatName } from './seat-names.ts';

/** A ticket type as a show sells it. */
export type ShowType = Showtime['ticketTypes'][number];

/** A value of `--ticket`. */
export interface TicketFlag {
  /** The ticket type as it was typed. */
  type: string;
  count: number;
}

/** A seat and who it is for. */
export interface Ticket {
  seat: Seat;
  type: ShowType;
}

/** What is chosen from. */
export interface TicketChoice {
  seats: readonly Seat[];
  /** The ticket types of the show in their order; the first one is the default. */
  types: readonly ShowType[];
  flags: readonly TicketFlag[] | undefined;
}

type Assigned = { tickets: Ticket[] } | { fault: string };

/** Parses `child=2`. */
export function addTicket(text: string, before: TicketFlag[] = []): TicketFlag[] {
  const [flag] = flagsIn(text) ?? [];
  if (!flag) {
    throw new InvalidArgumentError('It must be TYPE=NUMBER, such as child=2.');
  }
  return [...before, flag];
}

/**
 * Says who each seat is for: by the flags, or by a prompt if the show has several ticket types. Without
 * either, every seat is of the first type.
 *
 * @throws CliError for flags that do not fit the seats, where the command cannot prompt
 */
export async function chooseTickets(
  session: Session,
  { seats, types, flags }: TicketChoice,
): Promise<Ticket[]> {
  const assigned = assignTickets(seats, types, flags ?? []);
  if (flags !== undefined && 'fault' in assigned) {
    if (!session.canAsk) {
      throw usageError(assigned.fault);
    }
    session.talk(plain(assigned.fault));
  } else if ('tickets' in assigned && (flags || types.length === 1 || !session.canAsk)) {
    return assigned.tickets;
  }
  return askForTickets(session, seats, types);
}

async function askForTickets(
  session: Session,
  seats: readonly Seat[],
  types: readonly ShowType[],
): Promise<Ticket[]> {
  session.talk(typeLines(seats, types).join('\n'));
  const assign = (text: string) => {
    const flags = text.trim() === '' ? [] : flagsIn(text);
    const fault = 'Enter a number for each ticket type, such as 2 adult 1 child.';
    return flags ? assignTickets(seats, types, flags) : { fault };
  };
  const text = await ask((prompts) =>
    prompts.text({
      message: 'How many of each?',
      placeholder: `such as 1 ${types.at(-1)?.code}; Enter: ${seats.length} ${types[0]?.code}`,
      ...promptStreams(session),
      validate: (typed = '') => {
        const assigned = assign(typed);
        return 'fault' in assigned ? assigned.fault : undefined;
      },
    }),
  );
  const assigned = assign(text);
  return 'tickets' in assigned ? assigned.tickets : [];
}

/** `child   Child  8.00`: what a ticket of each type costs on the seats. */
function typeLines(seats: readonly Seat[], types: readonly ShowType[]): string[] {
  const codes = Math.max(...types.map(({ code }) => widthOf(code)));
  const names = Math.max(...types.map(({ name }) => widthOf(plain(name))));
  return types.map((type) => {
    const prices = new Set(seats.map((seat) => priceOf({ seat, type })));
    const price = [...prices].join(' or ');
    return `  ${pad(type.code, codes)}  ${pad(plain(type.name), names)}  ${price}`;
  });
}

/**
 * Gives the seats their types in the order of the types. Seats that are left are of the first type,
 * unless its number is given.
 */
export function assignTickets(
  seats: readonly Seat[],
  types: readonly ShowType[],
  flags: readonly TicketFlag[],
): Assigned {
  const counts = new Map<ShowType, number>();
  for (const { type: typed, count } of flags) {
    const type = typeNamed(typed, types);
    if (!type) {
      const known = types.map(({ code }) => code).join(', ');
      return { fault: `The show has no ticket type "${typed}". It has ${known}.` };
    }
    counts.set(type, (counts.get(type) ?? 0) + count);
  }
  const [first] = types;
  const given = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (first && !counts.has(first) && given < seats.length) {
    counts.set(first, seats.length - given);
  } else if (given !== seats.length) {
    return { fault: `The tickets are ${given}, and the seats are ${seats.length}.` };
  }
  const inOrder = types.flatMap((type) =>
    Array.from({ length: counts.get(type) ?? 0 }, () => type),
  );
  return {
    tickets: seats.flatMap((seat, index) => {
      const type = inOrder[index];
      return type ? [{ seat, type }] : [];
    }),
  };
}

/** A type by its code or name, or by the start of one if only one type fits. */
function typeNamed(text: string, types: readonly ShowType[]): ShowType | undefined {
  const wanted = searchKey(text);
  const namesOf = ({ code, name }: ShowType) => [code, name].map(searchKey);
  const exact = types.find((type) => namesOf(type).includes(wanted));
  const starting = types.filter((type) => namesOf(type).some((name) => name.startsWith(wanted)));
  return exact ?? (starting.length === 1 ? starting[0] : undefined);
}

/** Reads `child=2`, `2 child` or `2child`, several with spaces or commas; undefined if not valid. */
function flagsIn(text: string): TicketFlag[] | undefined {
  const pattern = /(?:(\d{1,3})\s*([^\d\s,=][^\s,=]*)|([^\s,=]+)\s*=\s*(\d{1,3}))(?:[\s,]+|$)/gy;
  const source = text.trim();
  const flags: TicketFlag[] = [];
  let end = 0;
  for (const match of source.matchAll(pattern)) {
    flags.push({ type: match[2] ?? match[3] ?? '', count: Number(match[1] ?? match[4]) });
    end = match.index + match[0].length;
  }
  return flags.length > 0 && end === source.length ? flags : undefined;
}

function priceOf({ seat: { seatType }, type: { prices } }: Ticket): string {
  return prices[seatType] ?? prices.regular;
}

/** What the tickets cost together, without fees. */
export function totalOf(tickets: readonly Ticket[]): string {
  return sumOf(tickets.map(priceOf));
}

/** The tickets as the server takes them. */
export function toInput(tickets: readonly Ticket[]): { seatId: string; ticketTypeId: string }[] {
  return tickets.map(({ seat, type }) => ({ seatId: seat.id, ticketTypeId: type.id }));
}

/** `B7 Adult, B8 Child`. */
export function nameTickets(tickets: readonly Ticket[]): string {
  return plain(tickets.map(({ seat, type }) => `${seatName(seat)} ${type.name}`).join(', '));
}
