import type { z } from 'zod';
import { nameOf } from './type-names.ts';

/** When a part of a response was deprecated, and what to read in its place. */
export interface Deprecation {
  /** The part, by the name of its schema: `Showtime.seatTypePrices`. */
  readonly field: string;
  /** The day on which it was deprecated, `YYYY-MM-DD`; it begins at midnight UTC. */
  readonly since: string;
  /** The day before which it is not removed, 12 months after `since` or later. */
  readonly sunset: string;
  /** Completes the sentence that begins with "Use": `ticketTypes[].prices`. */
  readonly instead: string;
}

/** The key under which a schema and the OpenAPI document carry a deprecation. */
const key = 'x-deprecation';

const declared = new Map<string, Deprecation>();

/**
 * Deprecates a part of a response. The document, the types of the SDK, the headers and the list in
 * `GET /api/v1` follow from this one declaration; the response stays as it is.
 *
 * @param schema with its description
 */
export function deprecated<Schema extends z.ZodType>(
  schema: Schema,
  deprecation: Deprecation,
): Schema {
  declared.set(deprecation.field, deprecation);
  return schema.meta({ ...schema.meta(), deprecated: true, [key]: deprecation });
}

/** Every part that is deprecated, for programs that look for what they use. */
export function allDeprecations(): Deprecation[] {
  return [...declared.values()];
}

/** What is declared of a schema, or of what JSON Schema made of it. */
export function deprecationIn(facts: object = {}): Deprecation | undefined {
  return key in facts ? (facts[key] as Deprecation) : undefined;
}

/** What a reader of the field is advised to do, in two sentences. */
export function adviceOf({ since, sunset, instead }: Deprecation): string {
  return `Deprecated since ${since}, and kept until ${sunset} at least. Use ${instead}.`;
}

/**
 * The deprecated parts of an output, however deep they are.
 *
 * @throws Error when a declaration does not name the field that it is about
 */
export function deprecatedParts(schema: z.ZodType | undefined): Deprecation[] {
  const found = new Map<string, Deprecation>();
  const seen = new Set<z.ZodType>();
  const visit = (part: z.ZodType | undefined, place: string): void => {
    if (part === undefined || seen.has(part)) {
      return;
    }
    seen.add(part);
    const deprecation = deprecationIn(part.meta());
    if (deprecation && !place.endsWith(deprecation.field)) {
      throw new Error(`The deprecation of ${place} names ${deprecation.field}.`);
    }
    if (deprecation) {
      found.set(deprecation.field, deprecation);
    }
    const { shape = {}, options = [], ...inner } = part._zod.def as Definition;
    const own = nameOf(part) ?? place;
    for (const [name, field] of Object.entries(shape)) {
      visit(field, `${own}.${name}`);
    }
    for (const each of [...options, inner.element, inner.innerType, inner.out, inner.valueType]) {
      visit(each, own);
    }
  };
  visit(schema, '');
  return [...found.values()];
}

/** The parts of zod's definitions in which others may be. */
interface Definition {
  shape?: Record<string, z.ZodType>;
  options?: z.ZodType[];
  element?: z.ZodType;
  innerType?: z.ZodType;
  out?: z.ZodType;
  valueType?: z.ZodType;
}

/** The day in seconds since 1970. */
function secondsOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 1_000;
}

/**
 * The headers of responses that have deprecated parts: RFC 9745 and RFC 8594. Of several dates the
 * first is sent, which a client has to act on first.
 *
 * @param policy the path of the page about versions, where the server publishes it
 */
export function deprecationHeaders(
  parts: readonly Deprecation[],
  policy: string | undefined,
): Record<string, string> {
  const [since] = parts.map((part) => part.since).toSorted();
  const [sunset] = parts.map((part) => part.sunset).toSorted();
  if (since === undefined || sunset === undefined) {
    return {};
  }
  return {
    Deprecation: `@${secondsOf(since)}`,
    Sunset: new Date(secondsOf(sunset) * 1_000).toUTCString(),
    ...(policy === undefined ? {} : { Link: `<${policy}>; rel="deprecation"; type="text/plain"` }),
  };
}
