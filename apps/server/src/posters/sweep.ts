import { listPosterUrls } from '@matinee/api';
import type { App } from '@matinee/api';
import { isFile, masterOf, nameIn } from './names.ts';
import type { PosterStore } from './store.ts';
import { removeUnnamed } from './unnamed.ts';

/**
 * A file younger than this may belong to an upload that is not committed yet, of a server of the previous
 * release too. The clock of a bucket may be as far ahead of ours.
 */
const orphanAgeMs = 10 * 60_000;

/**
 * Removes files that no movie names: left by a crash, or by a movie that was erased. Renditions go with
 * their master. Files with other names are not touched.
 *
 * @returns how many files there were
 */
export async function sweepPosters(app: App, store: PosterStore): Promise<number> {
  const old: string[] = [];
  for await (const { name, putAt } of store.list()) {
    if (masterOf(name) !== undefined && putAt < app.clock().getTime() - orphanAgeMs) {
      old.push(name);
    }
  }
  // Read after the files were listed: a row that is younger than this belongs to a younger file.
  const urls = await listPosterUrls({ em: app.orm.em.fork(), pool: app.pool });
  const needed = new Set(urls.map(nameIn));
  const halves = old.filter((name) => !isFile(name));
  await Promise.all(halves.map((name) => store.remove(name)));
  const orphans = old.filter((name) => isFile(name) && !needed.has(masterOf(name) ?? ''));
  let removed = halves.length;
  for (const master of new Set(orphans.map((name) => masterOf(name) ?? ''))) {
    if (await removeUnnamed(app, store, master)) {
      removed += orphans.filter((name) => masterOf(name) === master).length;
    }
  }
  return removed;
}
