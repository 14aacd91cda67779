import { createHash } from 'node:crypto';

/** A value as it goes out, with the tag of everything in it but the clock. */
export interface CachedJson {
  json: string;
  etag: string;
}

const known = new WeakMap<object, CachedJson>();

/**
 * The JSON of a value that may be answered again: a seat map is written once for everyone who reads
 * it within its quarter of a second.
 */
export function cachedJson(value: object): CachedJson {
  let cached = known.get(value);
  if (!cached) {
    const { now: _always, ...steady } = value as { now?: unknown };
    const tag = createHash('sha1').update(JSON.stringify(steady)).digest('base64url');
    cached = { json: JSON.stringify(value), etag: `"${tag}"` };
    known.set(value, cached);
  }
  return cached;
}
