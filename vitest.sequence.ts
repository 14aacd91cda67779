import { existsSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * The files that take longest, beginning with the longest: half a minute and more on two cores. A new
 * clone knows no durations, and one of these that began last would run alone at the end.
 */
const longest = [
  'apps/server/test/races/faults.test.ts',
  'apps/server/test/rest/prism.test.ts',
  'apps/server/test/docs.test.ts',
  'apps/server/test/fuzz/fuzz.test.ts',
  'apps/server/test/access.test.ts',
  'apps/server/test/abuse/abuse.test.ts',
  'apps/server/test/backup.test.ts',
  'apps/server/test/cli/help.test.ts',
  'apps/server/test/races/controls.test.ts',
  'packages/api/src/seats/together.test.ts',
  'apps/server/test/seat-picker-journey.test.ts',
  'apps/server/test/door-page.test.ts',
  'apps/server/test/rest/generators.test.ts',
  'apps/server/test/parity.test.ts',
  'apps/server/test/create-admin.test.ts',
  'apps/server/test/package.test.ts',
  'apps/server/test/rest/code-samples.test.ts',
];

/** Runs the longest files first, and the others as Vitest would. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const missing = longest.filter((file) => !existsSync(path.join(root, file)));
    if (missing.length > 0) {
      throw new Error(`vitest.sequence.ts names files that are not there: ${missing.join(', ')}`);
    }
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.indexOf(path.relative(root, moduleId).replaceAll(path.sep, '/'));
      return place === -1 ? longest.length : place;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
