import type { ErrorDetails, MatineeError } from '@matinee/sdk';
import { flagOf, kebab } from './flags.ts';
import { count, plainLines } from './output/text.ts';

/** The parts of a command that a message about its input can name. */
export interface CommandParts {
  /** `--duration-minutes`. */
  flags: ReadonlySet<string>;
  /** Names of arguments: `id`. */
  operands: readonly string[];
  /** The texts that the user gave, by `--from` or `<id>`. */
  given: ReadonlyMap<string, string>;
  /** The group of the command, if the group has a list: `movies`. */
  group?: string | undefined;
}

type Issue = ErrorDetails<'VALIDATION_ERROR'>['issues'][number];

/** The message of an error response, its details, and what the user can do next. */
export function describe(error: MatineeError, parts?: CommandParts): string[] {
  const lines = [
    ...messagesOf(error, parts),
    ...detailsOf(error, parts).map((line) => `  ${line}`),
  ];
  if (error.status >= 500 && error.requestId) {
    lines.push(`Search the server’s log for request ${error.requestId}.`);
  }
  const hint = hints[error.code];
  return (hint ? [...lines, hint] : lines).flatMap(plainLines);
}

/** A refused seat and the reason: `C5: not for sale`. */
export function seatLine(seat: string, reason: string): string {
  return `${seat}: ${seatReasons[reason] ?? reason}`;
}

/** How the seats of a rule are sold. A newer server may have rules that are not here. */
export function seatRule(rule: string | undefined): string | undefined {
  return rule === undefined ? undefined : seatRules[rule];
}

const seatRules: Partial<Record<string, string>> = {
  accessibility_not_asked: 'Ask for wheelchair places with `matinee book --accessibility`.',
  companion_alone: 'A companion seat is sold with the wheelchair place beside it.',
  too_many_companions: 'A wheelchair place has at most three companion seats.',
  pair_split: 'A love seat is sold as a whole.',
};

const seatReasons: Partial<Record<string, string>> = {
  blocked: 'not for sale',
  not_locked: 'not locked',
};

const hints: Partial<Record<string, string>> = {
  AUTHENTICATION_REQUIRED: 'Run `matinee login`, or set MATINEE_TOKEN.',
  SECOND_FACTOR_REQUIRED:
    'Set MATINEE_CODE to a code of your authenticator app, or run `matinee login` at a terminal.',
  TOKEN_EXPIRED: 'Run `matinee login`, or set a new MATINEE_TOKEN.',
  TOKEN_INVALID: 'Run `matinee login`, or set a new MATINEE_TOKEN.',
  FORBIDDEN: 'This needs another role. `matinee whoami` shows your account.',
  EMAIL_NOT_VERIFIED: 'Run `matinee verify-email`, and open the link in the mail.',
  NO_OPEN_SHIFT: 'Run `matinee desk open`.',
  SHIFT_OPEN: 'See it with `matinee desk shift`.',
  NETWORK_ERROR:
    'Check that the server is running and that --url is correct. Try `matinee doctor`.',
  TIMEOUT: 'The server may be overloaded. Try `matinee doctor`.',
  BAD_RESPONSE: 'Check that --url is the address of a Matinee server. Try `matinee doctor`.',
};

/** The first line follows `error: `; the others start below its first word. */
const indent = ' '.repeat('error: '.length);

/** One line for each problem of the input. Without problems: the message of the server. */
function messagesOf(error: MatineeError, parts: CommandParts | undefined): string[] {
  const issues = error.code === 'VALIDATION_ERROR' ? (error.details.issues ?? []) : [];
  // A value that is not a date is not within bounds either: the first problem of a field is enough.
  const first = new Map(issues.toReversed().map((issue) => [issue.path.join('.'), issue]));
  const lines = issues
    .filter((issue) => first.get(issue.path.join('.')) === issue)
    .map((issue) => problemOf(issue, parts));
  return lines.length > 0 ? [lines.join(`\n${indent}`)] : [error.userMessage];
}

/** One problem as a sentence about a flag or an argument. */
function problemOf({ path, message }: Issue, parts: CommandParts | undefined): string {
  const part = partOf(path, parts);
  const given = part === undefined ? undefined : parts?.given.get(part);
  if (part === undefined || given === undefined) {
    return `${part ?? fieldOf(path)} ${message}`;
  }
  const value = part.startsWith('<') ? `"${given}"` : `${part} "${given}"`;
  const { noun, group } = kindOf(path.at(-1), parts) ?? {};
  if (message === 'must be a UUID' && noun !== undefined) {
    return `${value} is not the id of ${noun}; list them with \`matinee ${group} list\``;
  }
  const example = examplesOf.find(([start]) => message.startsWith(start))?.[1];
  return example === undefined ? `${part} ${message}` : `${value} ${example}`;
}

/** How to write a value, by the start of the server's message. */
const examplesOf: readonly (readonly [start: string, example: string])[] = [
  ['must be a date', 'is not a date; write it as 2026-12-24'],
  ['must be an instant', 'is not a time; write it as 2026-12-24T20:30'],
];

interface Kind {
  /** `a movie`. */
  noun: string;
  /** The group of commands that lists this kind. */
  group: string;
}

const kinds: Partial<Record<string, Kind>> = {
  movieId: { noun: 'a movie', group: 'movies' },
  theaterId: { noun: 'a theater', group: 'theaters' },
  showtimeId: { noun: 'a showtime', group: 'showtimes' },
  reservationId: { noun: 'a reservation', group: 'reservations' },
  userId: { noun: 'a user', group: 'users' },
  deliveryId: { noun: 'a delivery', group: 'outbox' },
  siteId: { noun: 'a site', group: 'sites' },
  paymentId: { noun: 'a payment', group: 'payments' },
  checkInId: { noun: 'a check-in', group: 'check-ins' },
  incidentId: { noun: 'an incident', group: 'incidents' },
  ticketTypeId: { noun: 'a ticket type', group: 'ticket-types' },
  priceListId: { noun: 'a price list', group: 'price-lists' },
};

/** The kind of resource that an id belongs to. The input `id` belongs to the group of the command. */
function kindOf(key: PropertyKey | undefined, parts: CommandParts | undefined): Kind | undefined {
  return (
    kinds[String(key)] ?? Object.values(kinds).find((kind) => kind && kind.group === parts?.group)
  );
}

function fieldOf(path: Issue['path']): string {
  const name = path.join('.');
  return path.length === 0 ? 'The input' : (prompted[name] ?? name);
}

/** What is prompted for, and has no flag. */
const prompted: Partial<Record<string, string>> = {
  password: 'The password',
  currentPassword: 'The current password',
  newPassword: 'The new password',
};

/** The flag or the argument that carries a value; undefined if the command has none for it. */
function partOf(path: Issue['path'], parts: CommandParts | undefined): string | undefined {
  const [key, ...inside] = path.map(String);
  if (key === undefined || parts === undefined) {
    return undefined;
  }
  const flags = key === 'seatTypePrices' ? [`--${inside[0]}-price`] : [];
  const flag = [...flags, flagOf(key)].find((each) => parts.flags.has(each));
  if (flag !== undefined) {
    return flag === flagOf(key) ? [flag, ...inside].join('.') : flag;
  }
  // The argument `id` is `movieId` in the input, and `check-in` is `checkInId`; `text` is a search.
  const operand = parts.operands.find(
    (name) =>
      key === name ||
      kebab(key) === `${name}-id` ||
      (name === 'id' && key.endsWith('Id')) ||
      (name === 'text' && key === 'q'),
  );
  return operand === undefined ? undefined : `<${operand}>`;
}

/** Details of the codes that have some. A server may leave out any key. */
function detailsOf(error: MatineeError, parts: CommandParts | undefined): string[] {
  switch (error.code) {
    case 'SEATS_UNAVAILABLE':
    case 'LOCK_EXPIRED':
      return (error.details.seats ?? []).map(({ seatId, reason }) => seatLine(seatId, reason));
    case 'SEATS_SOLD':
      return (error.details.reservations ?? []).map(
        ({ reference, seatIds }) => `reservation ${reference}: ${count(seatIds.length, 'seat')}`,
      );
    case 'PAID_SHOWS_AHEAD':
      return (error.details.reservations ?? []).map(({ reference }) => `reservation ${reference}`);
    case 'SHOWTIME_OVERLAP':
      return (error.details.conflictingShowtimeIds ?? []).map((id) => `conflicts with ${id}`);
    case 'SCHEDULE_CONFLICT':
      return (error.details.rows ?? [])
        .filter(({ state }) => state !== 'ok')
        .map(({ date, time, state }) => `${date} ${time}: ${state}`);
    case 'IN_USE':
      return inUse(error.details);
    case 'SEAT_RULE':
      return about(seatRule(error.details.rule), (rule) => rule);
    case 'SEAT_LIMIT_EXCEEDED':
      return seatLimit(error.details);
    case 'EDIT_CONFLICT':
      return about(error.details.revision, (revision) => `The current revision is ${revision}.`);
    case 'RATE_LIMITED':
      return about(error.details.retryAfterSeconds, waiting);
    case 'LOCK_EXTENSION_LIMIT':
      return about(
        error.details.maxExpiresAt,
        (at) => `The seat lock ends at ${at} at the latest.`,
      );
    case 'SHOWTIME_STARTED':
      return about(error.details.startTime, (at) => `It started at ${at}.`);
    case 'NOT_FOUND':
      return notFound(error.details, parts);
    default:
      return moneyDetailsOf(error);
  }
}

/** Details of the codes about money and tickets. */
function moneyDetailsOf(error: MatineeError): string[] {
  switch (error.code) {
    case 'LINK_INVALID':
      return about(error.details.reason, (reason) => linkReasons[reason]);
    case 'PAYMENT_FAILED':
      return about(error.details.reason, (reason) => reason);
    case 'PRICE_CHANGED':
      return about(
        error.details.actual,
        (actual) => `It was ${error.details.expected}, and is ${actual} now.`,
      );
    case 'REFUND_TOO_LARGE':
      return about(error.details.remaining, (remaining) => `${remaining} is left.`);
    case 'NOT_REFUNDABLE':
      return about(error.details.blockReason, (reason) => blockReasons[reason] ?? reason);
    case 'TICKET_TYPE_NOT_ALLOWED':
      return about(error.details.reason, (reason) => reason);
    case 'AGE_RESTRICTED':
      return about(error.details.minimumAge, (age) => `The minimum age is ${age}.`);
    case 'AMOUNT_TOO_SMALL':
      return about(
        error.details.minimum,
        (minimum) => `The least is ${minimum} ${error.details.currency}.`,
      );
    default:
      return [];
  }
}

const linkReasons: Readonly<Record<ErrorDetails<'LINK_INVALID'>['reason'], string>> = {
  unknown: 'Copy it from the mail again, and check that it is complete.',
  used: 'It has been used. Ask for a new one.',
  expired: 'It has expired. Ask for a new one.',
};

const blockReasons: Partial<Record<string, string>> = {
  checked_in: 'A seat has been checked in.',
  disputed: 'The customer disputes the payment.',
  not_permitted: 'This cannot be cancelled in part, or not by you.',
};

function about<Value>(value: Value | undefined, lineFor: (value: Value) => string): string[] {
  return value === undefined ? [] : [lineFor(value)];
}

function inUse(details: Partial<ErrorDetails<'IN_USE'>>): string[] {
  const { showtimes = 0, lockedSeats = 0, reservedSeats = 0 } = details;
  return [
    ...(showtimes > 0 ? [count(showtimes, 'showtime')] : []),
    ...(lockedSeats > 0 ? [count(lockedSeats, 'locked seat')] : []),
    ...(reservedSeats > 0 ? [count(reservedSeats, 'reserved seat')] : []),
  ];
}

function seatLimit(details: Partial<ErrorDetails<'SEAT_LIMIT_EXCEEDED'>>): string[] {
  const { limit, locked = 0, requested = 0, scope } = details;
  const where = scope === 'account' ? ' in all showtimes together' : '';
  return about(
    limit,
    (most) =>
      `The limit is ${most}${where}. You have locked ${locked} and asked for ${requested} more.`,
  );
}

function waiting(seconds: number): string {
  const time = seconds < 120 ? count(seconds, 'second') : `${Math.ceil(seconds / 60)} minutes`;
  return `The next attempt is possible in ${time}.`;
}

function notFound(
  { field, seatIds = [] }: ErrorDetails<'NOT_FOUND'>,
  parts: CommandParts | undefined,
): string[] {
  const part = field === undefined ? undefined : partOf([field], parts);
  const isAboutId = field !== undefined || (parts?.operands.length ?? 0) > 0;
  const kind = isAboutId && seatIds.length === 0 ? kindOf(field, parts) : undefined;
  return [
    ...(part === undefined ? [] : [`Check ${part}.`]),
    ...(kind ? [`\`matinee ${kind.group} list\` shows the ids.`] : []),
    ...seatIds.map((id) => `seat ${id}`),
  ];
}
