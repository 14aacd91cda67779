import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe finds on a page: one line for each rule, with the first elements.
 *
 * @param rules all of them if left out
 */
export async function findings(page: Page, rules?: readonly string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page })
    // Of what has passed, one element: describing all of them takes longer than looking at them.
    .options({ resultTypes: ['violations'] })
    // The other mode carries the result of each frame here, whole, to join them in another page.
    .setLegacyMode(page.frames().length === 1);
  const { violations } = await (rules ? axe.withRules([...rules]) : axe).analyze();
  return violations.map(({ id, nodes }) => {
    const places = nodes.slice(0, 3).map(({ html }) => html.slice(0, 120));
    return `${id} ×${nodes.length}: ${places.join(' … ')}`;
  });
}
