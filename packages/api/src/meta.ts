import type { Right } from './auth/rights.ts';
import type { ErrorCode } from './errors.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Path = `/${string}`;

/** How a procedure looks as a REST route; read by trpc-to-openapi and by the host's bridge. */
export interface OpenApiMeta {
  method: Method;
  path: Path;
  tags: string[];
  summary: string;
  description: string;
}

/**
 * Who may call: anyone whose token, if there is one, is valid; signed-in users, guests included;
 * signed-in users with an account; staff and API keys with the right of the procedure, and administrators;
 * administrators alone. `credentials`: callers who have no token yet; any token is ignored.
 */
export type Access = 'credentials' | 'public' | 'user' | 'account' | 'staff' | 'admin';

/** Whether callers need a token. */
export function isForSignedIn(access: Access | undefined): boolean {
  return access !== undefined && access !== 'credentials' && access !== 'public';
}

/** The sentence of a description that says which API keys a procedure takes, if any. */
export function aboutApiKeys({ right, isForPersons }: Meta): string[] {
  return right === undefined || isForPersons ? [] : [`API keys need the scope \`${right}\`.`];
}

/** Whether calls count for a limit of the client's or of the account's, which headers show. */
export function isCounted({ access, counts }: Meta): boolean {
  return access === 'credentials' || counts === true;
}

/** What is known of a procedure beside its types. */
export interface Meta {
  /** Set by the ladder in `trpc.ts`. */
  access?: Access;
  /**
   * What staff need, and API keys; set by the ladder. Where `access` is `user`, users need it for the
   * things of others alone.
   */
  right?: Right;
  /** No API key is admitted, whatever its scopes; set by the ladder. */
  isForPersons?: true;
  openapi?: OpenApiMeta;
  /** A query that REST sends as POST, because its input has lists of objects: it has no effect. */
  isSafe?: true;
  /** Refusals of the procedure's own, beside those that follow from its access and its input. */
  refusals?: ErrorCode[];
  /** Calls count for a limit of the account's. Those without a token count anyway. */
  counts?: true;
  /** The status of a REST success; 200 by default. */
  successStatus?: 201;
  /** The sentence of a REST success. */
  message?: string;
  /**
   * The same answer object is returned to many callers, so its JSON is written and compressed once;
   * REST adds an `ETag` of everything but `now`.
   */
  shared?: true;
}

/**
 * The route of a procedure.
 *
 * @param endpoint method and path below `/api/v1`; the first part of the path is the tag
 */
export function route(
  endpoint: `${Method} ${Path}`,
  summary: string,
  description: string,
): { openapi: OpenApiMeta } {
  const space = endpoint.indexOf(' ');
  const method = endpoint.slice(0, space) as Method;
  const path = endpoint.slice(space + 1) as Path;
  const [, tag = ''] = path.split('/');
  return { openapi: { method, path, tags: [tag], summary, description } };
}
