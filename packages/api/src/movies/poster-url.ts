import { baseUrl } from '../auth/mailed-links.ts';
import type { ServiceContext } from '../service-context.ts';

/**
 * The `posterUrl` of an answer. The row keeps the path, so that another CDN needs no change of rows.
 *
 * @param stored `/uploads/…`, as the row has it
 */
export function posterUrlOf(
  { app }: Pick<ServiceContext, 'app'>,
  stored: string | null | undefined,
): string | null {
  return typeof stored === 'string' ? `${baseUrl(app.config.posterBaseUrl)}${stored}` : null;
}
