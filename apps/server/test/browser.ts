import chromium from '@sparticuz/chromium';
import { chromium as playwright } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** By default this Chromium asks no server about its origins, and ends with its last page. */
const lax = ['--disable-web-security', '--single-process', '--no-zygote'];

/** A headless Chromium that comes inside an npm package; it opens pages of this machine only. */
export async function openBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      ...chromium.args.filter((argument) => !lax.includes(argument)),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
    headless: true,
  });
}
