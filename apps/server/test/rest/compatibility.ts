import type { Json } from './document.ts';

/** Which way a value goes: what a client sends must stay welcome, what it gets must stay known. */
type Direction = 'input' | 'output';

interface Pair {
  before: Json;
  after: Json;
  direction: Direction;
  place: string;
}

/**
 * What of the document `after` would break a client of `before`, a line for each. Additions break
 * nobody, new values in an answer's enum and new failures included: clients pass over them.
 */
export function breakingChanges(before: Json, after: Json): string[] {
  const [old, now] = [expand(before, before) as Json, expand(after, after) as Json];
  const gone = urlsOf(old).filter((url) => !urlsOf(now).includes(url));
  return [
    ...gone.map((url) => `${url}: the server is gone`),
    ...entriesOf(old.paths).flatMap(([path, methods]) => {
      const left = (now.paths as Json)[path] as Json | undefined;
      return entriesOf(methods).flatMap(([method, operation]) => {
        const place = `${method.toUpperCase()} ${path}`;
        const successor = left?.[method] as Json | undefined;
        const pair = { before: withSecurity(operation, old), place, direction: 'input' } as const;
        return successor
          ? operationChanges({ ...pair, after: withSecurity(successor, now) })
          : [`${place}: the route is gone`];
      });
    }),
  ];
}

/** What a change says of the sunset of a part. */
const goneWith = 'is gone, and its sunset is';
const forward = 'its sunset came forward to';

/**
 * Those of the changes that no version may make: a deprecated part is kept until its sunset, and a sunset
 * does not come forward. Without a date to compare with, a new version could leave the part out.
 *
 * @param today `YYYY-MM-DD`
 */
export function brokenPromises(changes: readonly string[], today: string): string[] {
  return changes.filter((change) => {
    const [, sunset] = change.split(`${goneWith} `);
    return change.includes(forward) || (sunset !== undefined && sunset > today);
  });
}

/** The deprecations of a document that leave clients less than 12 months, a line for each. */
export function hastySunsets(document: unknown): string[] {
  if (typeof document !== 'object' || document === null) {
    return [];
  }
  const deprecation = (document as Json)['x-deprecation'] as Json | undefined;
  const below = Object.values(document).flatMap(hastySunsets);
  if (deprecation === undefined) {
    return below;
  }
  const { field, since, sunset } = deprecation as Record<string, string>;
  const yearLater = new Date(`${since}T00:00:00Z`);
  yearLater.setUTCFullYear(yearLater.getUTCFullYear() + 1);
  const isHasty = !(Date.parse(`${sunset}T00:00:00Z`) >= yearLater.getTime());
  return isHasty
    ? [`${field}: from ${since} to ${sunset} is less than 12 months`, ...below]
    : below;
}

/** Whether a version may break clients of another: a higher major, or below 1.0 a higher minor. */
export function mayBreak(before: string, after: string): boolean {
  const [major = 0, minor = 0] = before.split('.').map(Number);
  const [newMajor = 0, newMinor = 0] = after.split('.').map(Number);
  return newMajor > major || (newMajor === 0 && major === 0 && newMinor > minor);
}

function operationChanges({ before, after, place }: Pair): string[] {
  const renamed = before.operationId !== after.operationId;
  const refused = securityOf(before).filter(
    (old) => !securityOf(after).some((now) => now.every((scheme) => old.includes(scheme))),
  );
  return [
    ...(renamed ? [`${place}: the operationId is another`] : []),
    ...refused.map((schemes) => `${place}: no longer open with [${schemes.join()}]`),
    ...parameterChanges({ before, after, direction: 'input', place }),
    ...bodyChanges({ before, after, direction: 'input', place }),
    ...responseChanges({ before, after, direction: 'output', place }),
  ];
}

function parameterChanges({ before, after, direction, place }: Pair): string[] {
  const [old, now] = [parametersOf(before), parametersOf(after)];
  const added = [...now].filter(([key, { required }]) => !old.has(key) && required === true);
  return [
    ...added.map(([key]) => `${place}: needs a new ${key}`),
    ...[...old].flatMap(([key, parameter]) => {
      const left = now.get(key);
      const at = `${place} ${key}`;
      if (!left) {
        return [`${at}: is gone`];
      }
      const rewritten = left.style !== parameter.style || left.explode !== parameter.explode;
      return [
        ...(isNewlyRequired(parameter, left) ? [`${at}: is now required`] : []),
        ...(rewritten ? [`${at}: is written otherwise`] : []),
        ...partChanges({ before: parameter, after: left, direction, place: at }, 'schema'),
      ];
    }),
  ];
}

function bodyChanges({ before, after, direction, place }: Pair): string[] {
  const [old, now] = [before.requestBody ?? {}, after.requestBody ?? {}] as [Json, Json];
  return [
    ...(isNewlyRequired(old, now) ? [`${place}: now needs a body`] : []),
    ...contentChanges({ before: old, after: now, direction, place: `${place} body` }),
  ];
}

function responseChanges({ before, after, direction, place }: Pair): string[] {
  return entriesOf(before.responses).flatMap(([status, response]) => {
    const at = `${place} ${status}`;
    const left = (after.responses as Json)[status] as Json | undefined;
    if (!left) {
      return [`${at}: is gone`];
    }
    const [old, now] = [entriesOf(response.headers), (left.headers ?? {}) as Json];
    const lost = old.filter(([name]) => !(name in now));
    return [
      ...lost.map(([name]) => `${at} header ${name}: is gone`),
      ...contentChanges({ before: response, after: left, direction, place: at }),
    ];
  });
}

function contentChanges({ before, after, direction, place }: Pair): string[] {
  return entriesOf(before.content).flatMap(([type, media]) => {
    const left = ((after.content ?? {}) as Json)[type] as Json | undefined;
    const pair = { before: media, after: left ?? {}, direction, place };
    return left ? partChanges(pair, 'schema') : [`${place} ${type}: is gone`];
  });
}

/** The schemas under a key of both; what was not there before says nothing of it. */
function partChanges({ before, after, direction, place }: Pair, key: string): string[] {
  const [old, now] = [before[key], after[key]];
  const isSchema = (part: unknown) => typeof part === 'object' && part !== null;
  return isSchema(old) && isSchema(now)
    ? schemaChanges({ before: old as Json, after: now as Json, direction, place })
    : [];
}

/** Every kind of value that may be sent must be taken; every kind that may come must be known. */
function schemaChanges({ before, after, direction, place }: Pair): string[] {
  const [old, now] = [alternativesOf(before), alternativesOf(after)];
  const [given, taken] = direction === 'input' ? [old, now] : [now, old];
  const grows = direction === 'output' && given.some((each) => hasTag(taken, each));
  return given.flatMap((each) => {
    const results = taken.map((other) => {
      const [first, second] = direction === 'input' ? [each, other] : [other, each];
      return kindChanges({ before: first, after: second, direction, place });
    });
    const isAddition = grows && tagOf(each) !== undefined && !hasTag(taken, each);
    const [nearest = []] = results.toSorted((a, b) => a.length - b.length);
    return isAddition ? [] : nearest;
  });
}

function kindChanges(pair: Pair): string[] {
  const { before, after, direction, place } = pair;
  const [from, to] = direction === 'input' ? [before, after] : [after, before];
  const isWhole = from.type === 'integer' && to.type === 'number';
  if (to.type !== undefined && from.type !== to.type && !isWhole) {
    const [old, now] = [before, after].map(({ type }) => String(type ?? 'anything'));
    return [`${place}: ${old} became ${now}`];
  }
  return [
    ...valueChanges(pair),
    ...['format', 'pattern', 'multipleOf']
      .filter((key) => to[key] !== undefined && to[key] !== from[key])
      .filter((key) => key !== 'format' || to.format !== 'int32' || !fitsIn32Bits(from))
      .map((key) => `${place}: another ${key}`),
    ...(direction === 'input' ? boundChanges(pair) : []),
    ...propertyChanges(pair),
    ...('items' in before || 'items' in after ? itemChanges(pair) : []),
    ...partChanges({ ...pair, place: `${place}{}` }, 'additionalProperties'),
  ];
}

function itemChanges({ before, after, direction, place }: Pair): string[] {
  const [old, now] = [before.items ?? {}, after.items ?? {}] as [Json, Json];
  return schemaChanges({ before: old, after: now, direction, place: `${place}[]` });
}

function valueChanges({ before, after, direction, place }: Pair): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (direction === 'input') {
    const sent = old ?? ['a value of one’s own'];
    const refused = sent.filter((value) => now && !now.includes(value));
    return refused.map((value) => `${place}: no longer takes ${String(value)}`);
  }
  const isStranger = old && !now?.some((value) => old.includes(value));
  return isStranger ? [`${place}: none of its values is known`] : [];
}

const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

function boundChanges({ before, after, place }: Pair): string[] {
  const bound = (schema: Json, key: string, otherwise: number) => Number(schema[key] ?? otherwise);
  const rises = (key: string) => bound(after, key, -Infinity) > bound(before, key, -Infinity);
  const falls = (key: string) => bound(after, key, Infinity) < bound(before, key, Infinity);
  const isUnique = after.uniqueItems === true && before.uniqueItems !== true;
  return [...lower.filter(rises), ...upper.filter(falls), ...(isUnique ? ['uniqueItems'] : [])].map(
    (key) => `${place}: a narrower ${key}`,
  );
}

function propertyChanges({ before, after, direction, place }: Pair): string[] {
  const [old, now] = [requiredOf(before), requiredOf(after)];
  const demanded = direction === 'input' ? now.filter((key) => !old.includes(key)) : [];
  const doubtful = direction === 'output' ? old.filter((key) => !now.includes(key)) : [];
  const left = (after.properties ?? {}) as Record<string, Json>;
  const closed = after.additionalProperties === false && before.additionalProperties !== false;
  return [
    ...(direction === 'input' && closed ? [`${place}: no longer takes other keys`] : []),
    ...demanded.map((key) => `${place}.${key}: is now required`),
    ...doubtful.filter((key) => key in left).map((key) => `${place}.${key}: may now be missing`),
    ...entriesOf(before.properties).flatMap(([key, property]) => {
      const at = `${place}.${key}`;
      const successor = left[key];
      const pair = { before: property, after: successor ?? {}, direction, place: at };
      return successor
        ? [...schemaChanges(pair), ...sunsetChanges(pair)]
        : [`${at}: ${sunsetOf(property) ? `${goneWith} ${sunsetOf(property)}` : 'is gone'}`];
    }),
  ];
}

/** The sunset of a deprecated part. */
function sunsetOf(property: Json): string | undefined {
  return (property['x-deprecation'] as { sunset: string } | undefined)?.sunset;
}

function sunsetChanges({ before, after, place }: Pair): string[] {
  const [old, now] = [sunsetOf(before), sunsetOf(after)];
  return old !== undefined && now !== undefined && now < old ? [`${place}: ${forward} ${now}`] : [];
}

/** Whether the bounds of a schema say what the format `int32` says. */
const fitsIn32Bits = ({ minimum, maximum }: Json) =>
  Number(minimum) >= -(2 ** 31) && Number(maximum) < 2 ** 31;
const entriesOf = (value: unknown) => Object.entries((value ?? {}) as Record<string, Json>);
const requiredOf = ({ required = [] }: Json) => required as string[];
const urlsOf = ({ servers = [] }: Json) => (servers as { url: string }[]).map(({ url }) => url);
const isNewlyRequired = (before: Json, after: Json) =>
  after.required === true && before.required !== true;
const withSecurity = (operation: Json, { security = [] }: Json): Json => ({
  security,
  ...operation,
});

/** The schemes that open an operation together, alternative by alternative. */
function securityOf({ security }: Json): string[][] {
  const alternatives = (security as Json[]).map((schemes) => Object.keys(schemes));
  return alternatives.length > 0 ? alternatives : [[]];
}

function parametersOf({ parameters = [] }: Json): Map<string, Json> {
  const all = parameters as (Json & { in: string; name: string })[];
  return new Map(all.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
}

/** The values that a schema names; undefined when it takes any. */
function valuesOf(schema: Json): unknown[] | undefined {
  return 'const' in schema ? [schema.const] : (schema.enum as unknown[] | undefined);
}

/** A schema as a list of schemas of one type each: unions and `null` taken apart. */
function alternativesOf(schema: Json): Json[] {
  const { anyOf, oneOf = anyOf, ...rest } = schema;
  if (oneOf) {
    return (oneOf as Json[]).flatMap((each) => alternativesOf({ ...rest, ...each }));
  }
  const types = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type];
  return types.map((type) => {
    if (type === undefined || type === 'null') {
      return type === undefined ? schema : { type };
    }
    const values = (schema.enum as unknown[] | undefined)?.filter((value) => value !== null);
    return { ...schema, type, ...(values ? { enum: values } : {}) };
  });
}

/** What tells an object from the others of a union: its properties of one value. */
function tagOf({ properties }: Json): string | undefined {
  const single = entriesOf(properties).filter(([, property]) => valuesOf(property)?.length === 1);
  const tags = single.map(([key, property]) => `${key}=${String(valuesOf(property))}`);
  return tags.length > 0 ? tags.join() : undefined;
}
const hasTag = (schemas: Json[], schema: Json) =>
  tagOf(schema) !== undefined && schemas.some((each) => tagOf(each) === tagOf(schema));

/** The document with every reference replaced by what it points at. */
function expand(value: unknown, root: Json): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => expand(each, root));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { $ref, ...rest } = value as Json;
  if (typeof $ref === 'string') {
    const target = $ref
      .slice(2)
      .split('/')
      .reduce((at, key) => at[key] as Json, root);
    return expand({ ...target, ...rest }, root);
  }
  return Object.fromEntries(Object.entries(rest).map(([key, each]) => [key, expand(each, root)]));
}
