import { z } from 'zod';
import { baseUrl } from '../auth/mailed-links.ts';
import type { ServiceContext } from '../service-context.ts';

/** A `posterUrl` as callers see it. */
export const PosterUrl = z
  .string()
  .nullable()
  .meta({
    description:
      'The poster: a path on this server, `/uploads/…`, or a URL if the installation has a CDN for ' +
      'posters (`POSTER_BASE_URL`). The name never gets another picture. With `?w=320`, `640` or ' +
      '`1280` the picture is at most so many pixels wide, as AVIF or WebP by `Accept`.',
  });

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
