import type { RequestHandler } from 'express';
import findMyWay from 'find-my-way';
import type { HTTPMethod } from 'find-my-way';

/** What serves the requests of one method to one path. */
export interface ServedRoute {
  method: string;
  /** In Express' form: `/movies/:movieId`. */
  path: string;
  handle: RequestHandler;
}

/**
 * Serves requests that name a route in the plainest way, whose path a tree finds. All others, with another
 * method, with percent-encoding in the path or for no route at all, go on to Express' router, which compares
 * the path with one route after the other, and decides what is refused and how.
 *
 * @param prefix of the paths as requests have them: `/api/v1`
 */
export function directRoutes(prefix: string, routes: readonly ServedRoute[]): RequestHandler {
  const tree = findMyWay({ caseSensitive: true });
  for (const { method, path, handle } of routes) {
    tree.on(method as HTTPMethod, prefix + path, () => {}, handle);
  }
  return (req, res, next) => {
    const { method, path } = req;
    const found = path.includes('%') ? null : tree.find(method as HTTPMethod, path);
    // No route has an empty segment.
    const isFound = found !== null && !Object.values(found.params).includes('');
    if (isFound) {
      req.params = found.params as Record<string, string>;
    }
    return isFound ? (found.store as RequestHandler)(req, res, next) : next();
  };
}
