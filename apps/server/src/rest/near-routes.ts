import { nearest } from '../nearest.ts';
import type { Candidate } from '../nearest.ts';

/** Where a request can go: `GET /api/v1/movies/{movieId}`. */
export interface Destination {
  method: string;
  path: string;
}

/** Longer paths of ours do not exist. */
const longest = 120;
const prefix = '/api/v1';

/**
 * The route that a request for no route most probably means: the path mistyped, without its prefix or
 * with another one, in other letters, or without its first part. The method counts first.
 */
export function nearRoute(
  { method, path }: Destination,
  routes: readonly Destination[],
): Destination | undefined {
  if (path.length > longest) {
    return undefined;
  }
  const given = bare(path);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const [same, others] = [true, false].map((isSame) =>
    routes.filter((route) => (route.method === wanted) === isSame),
  );
  return find(given, same ?? []) ?? find(given, others ?? []);
}

function find(given: string, routes: readonly Destination[]): Destination | undefined {
  const candidates = routes.map((route) => candidateOf(route, given));
  const end = candidates.find(({ name }) => given.length > 2 && name.endsWith(given));
  return nearest(given, candidates) ?? end?.meant;
}

/** The path without `/api/v1` or what looks like it, and without a slash at the end. */
function bare(path: string): string {
  const rest = path.toLowerCase().replace(/^(\/api)?(\/v\d{1,2})?(?=\/|$)/, '');
  return rest.replace(/\/$/, '');
}

/** The route with the parameters that the request has at their places. What is no id, is a guess. */
function candidateOf(route: Destination, given: string): Candidate<Destination> {
  const sent = given.split('/');
  let cost = 0;
  const parts = bare(route.path)
    .split('/')
    .map((part, index) => {
      const value = sent[index];
      if (!part.startsWith('{') || value === undefined) {
        return part;
      }
      cost += /^[0-9a-f-]{36}$/.test(value) ? 0 : 2;
      return value;
    });
  return { name: parts.join('/'), meant: route, cost };
}

/** A route of the REST surface as a client addresses it. */
export function underPrefix({ method, path }: Destination): Destination {
  return { method, path: prefix + path };
}
