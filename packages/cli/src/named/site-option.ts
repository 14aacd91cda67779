import type { Session } from '../session.ts';
import { findId } from './find-id.ts';

/** The flag `--site`. */
export interface SiteOption {
  /** Name, id, or the end of the id. */
  site?: string;
}

/** The filter or field that `--site` stands for. @throws CliError as `findId` does */
export async function siteOf(session: Session, { site }: SiteOption): Promise<{ siteId?: string }> {
  return site === undefined ? {} : { siteId: await findId(session, 'site', site) };
}
