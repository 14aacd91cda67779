import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Request, Response } from 'express';
import { rootDir } from '../root-dir.ts';
import { sendShared } from '../shared-answer.ts';

/*
 * The pages of the server itself: they load nothing but what is in them and what the API serves.
 */

/** A text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What stands between the parts of a template. A list is written without separators. */
type Part = string | number | Html | readonly Html[];

/** Every part that is not HTML is escaped. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = parts.map((part) => [part].flat().map(textOf).join(''));
  return new Html(strings.map((string, index) => string + (written[index] ?? '')).join(''));
}

function textOf(part: string | number | Html): string {
  if (part instanceof Html) {
    return part.text;
  }
  return String(part).replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A page and the policy under which it runs. */
export interface Page {
  html: string;
  policy: string;
}

interface Content {
  title: string;
  body: Html;
  /** The text of a script of ours. */
  script?: string;
}

/** A page in the look of all pages. */
export function pageOf({ title, body, script }: Content): Page {
  const head = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
        ${styleElement}
      </head>
      <body>
        ${body} ${script === undefined ? [] : new Html(`<script type="module">${script}</script>`)}
      </body>
    </html> `;
  return { html: head.text, policy: policyOf(script) };
}

/** Sends a page; its bytes are made once. */
export function sendPage(req: Request, res: Response, page: Page): Promise<void> {
  res.set('Content-Security-Policy', page.policy);
  res.type('html');
  return sendShared(req, res, { of: page, name: 'page', body: page.html });
}

/** Only this style and this script, by their hashes; only this server. */
function policyOf(script: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src ${styleHash}`,
    "img-src 'self'",
    ...(script === undefined ? [] : [`script-src ${hashOf(script)}`, "connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A file of the folder `pages`. */
export function pageFile(name: string): string {
  return readFileSync(path.join(rootDir, 'apps/server/pages', name), 'utf8');
}

const style = pageFile('style.css');
const styleElement = new Html(`<style>${style}</style>`);
const styleHash = hashOf(style);
