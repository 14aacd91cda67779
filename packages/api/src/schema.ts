import { z } from 'zod';
import { hasUnseen, hasUnseenBesideBreaks } from './characters.ts';
import { typeNames } from './type-names.ts';

/*
 * The shapes that all features share. A schema and its type have one name.
 */

/**
 * A line that a person typed: trimmed, not empty, in NFC, so that equal texts are equal strings, and
 * without characters that cannot be seen.
 */
export function text(longest: number) {
  return searchText(longest).min(1).check(visible());
}

/** Text of several lines that a person typed. */
export function longText(longest: number) {
  return searchText(longest).min(1).check(visible(hasUnseenBesideBreaks));
}

/** Text that may be left out, or cleared with `null`. */
export function optionalText(longest: number) {
  return text(longest).nullable().optional();
}

/**
 * Text to compare with what is stored, in NFC as well; may be empty. Invisible characters are not
 * refused: a version before may have stored them.
 */
export function searchText(longest: number) {
  return z.string().normalize('NFC').trim().max(longest).check(storable());
}

/** PostgreSQL stores neither NUL nor half a character. */
function storable() {
  return z.refine<string>((value) => !value.includes('\0') && value.isWellFormed(), {
    message: 'contains characters that cannot be stored',
  });
}

/** Refuses characters that a person cannot see. */
export function visible(isUnseen = hasUnseen) {
  return z.refine<string>((value) => !isUnseen(value), {
    message: 'must not contain control or invisible characters',
  });
}

/** Any 8-4-4-4-12 form is well-formed; an unknown id is not found. */
export const Id = z.guid().toLowerCase();

/** The id of a thing, with its name for the documents. */
export function idOf(thing: string) {
  return Id.meta({ description: `Id of the ${thing}.` });
}

/** The characters that an id ends with. Six of them are enough for a person to name a row. */
export const IdEnding = z
  .string()
  .min(6)
  .max(36)
  .regex(/^[0-9a-fA-F-]*$/, 'must have hexadecimal digits and dashes only')
  .toLowerCase()
  .meta({
    description: 'The id ends with this: at least six hexadecimal digits and dashes, in any case.',
  });

/** An id in an answer. */
export const IdOutput = z.string().meta({ format: 'uuid' });

/** The id of a thing in an answer, with its name for the documents. */
export function outputIdOf(thing: string) {
  return IdOutput.meta({ description: `Id of the ${thing}.` });
}

/** A text in an answer. */
export function outputText(description: string) {
  return z.string().meta({ description });
}

/** An amount as a decimal string, never a number: `12.50`. */
export const Money = z
  .string()
  .regex(/^\d{1,8}\.\d{2}$/, 'must be a decimal string with two decimals, such as "12.50"')
  .meta({ examples: ['12.50'] });

/** An amount in an answer; a sum may have more digits than a price. */
export const Amount = z.string().meta({ pattern: '^\\d+\\.\\d{2}$', examples: ['25.00'] });

/** The currency of amounts. */
export const Currency = z.string().meta({ description: 'ISO 4217 code.', examples: ['USD'] });

/** The code of a currency, in an input. */
export const CurrencyCode = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, such as "EUR"');

/** An instant in an answer: a `Date` for TypeScript, ISO 8601 in UTC over REST. */
export const Instant = z.date().meta({ type: 'string', format: 'date-time' });

const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** ISO 8601 with `Z` or an offset. Seconds are optional: some languages do not write `:00`. */
const writtenInstant = [
  z.iso.datetime({ offset: true, error: offsetWithoutColon }),
  z.iso.datetime({ offset: true, precision: -1 }),
] as const;

/** An instant in a request: a `Date`, or ISO 8601 with `Z` or an offset; 1900 to 2199. */
export const InstantInput = z
  .union([...writtenInstant, z.date()])
  .transform((value) => new Date(value))
  .refine((date) => date.getTime() >= earliest && date.getTime() < latest, {
    message: 'must be between 1900 and 2199',
  })
  .meta({ type: 'string', format: 'date-time' });

/** The message for an offset such as `+0200`, which belongs to the basic format of ISO 8601. */
function offsetWithoutColon({ input }: { input?: unknown }): string | undefined {
  const written = /^\d{4}-\d{2}-\d{2}T[\d:.]{5,20}([+-]\d{2})(\d{2})$/;
  const [, hours, minutes] = (typeof input === 'string' && written.exec(input)) || [];
  return hours && `must have a colon in its offset: ${hours}:${minutes}`;
}

/** A day, `YYYY-MM-DD`, in the theater's time zone. */
export const CalendarDate = z.iso
  .date()
  .refine((date) => date >= '1800-01-01' && date < '2200-01-01', {
    message: 'must be between 1800 and 2199',
  });

/** A day in an answer. */
export const CalendarDateOutput = z.string().meta({ format: 'date' });

/** The greatest `integer` of PostgreSQL, and of 32 bits elsewhere. */
const greatest = 2_147_483_647;

/*
 * Integers of responses have no narrower upper bound: a client that was generated with one would
 * refuse the value when the server raises it.
 */

/** How many, in a response. */
export const Count = z.int().min(0).max(greatest);

/** A place in a sequence that begins with 1, or a number of minutes, in a response. */
export const PositiveInteger = z.int().min(1).max(greatest);

/** The revision that an update was made from; without it the update overwrites. */
export const Revision = z.int().min(1).max(greatest).meta({
  description:
    'The revision that the change was made from. Without it the change overwrites later ones.',
});

/** The revision of a thing in an answer. */
export const RevisionOutput = PositiveInteger.meta({
  description: 'Grows with each change; an update that names an older one is refused.',
});

/** The input of procedures that take none: unknown keys are refused there as well. */
export const NoInput = z.strictObject({}).optional();

/** A BCP 47 tag of a client's. */
export const LanguageTag = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'must be a language tag, such as "en" or "de-AT"');

/** The input that all lists share. */
export const pageInput = {
  limit: z.int().min(1).max(100).default(20).meta({ description: 'Items on one page.' }),
  cursor: z
    .string()
    .min(1)
    // It carries the sort key: 255 characters of four bytes, in base64.
    .max(4_000)

    .meta({ description: '`nextCursor` of the previous page.' })
    .optional(),
};

/** The answer of every list. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).meta({ description: 'The items of this page.' }),
    nextCursor: z.string().nullable().meta({ description: '`null` on the last page.' }),
  });
}

/** Filters by the local date of a showtime's start. */
export const dayFilter = {
  date: CalendarDate.meta({ description: 'A business day in the theater’s time zone.' }).optional(),
  from: CalendarDate.meta({ description: 'First day, inclusive.' }).optional(),
  to: CalendarDate.meta({ description: 'Last day, inclusive.' }).optional(),
};

/** The answer of every delete. */
export const Deleted = z
  .object({
    id: outputIdOf('thing that is gone'),
    archived: z
      .boolean()
      .meta({ description: 'Kept for reservations and reports instead of erased.' }),
  })
  .register(typeNames, { name: 'Deleted' });
export type Deleted = z.infer<typeof Deleted>;
