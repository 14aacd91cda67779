import type { Fact } from '../outbox/facts.ts';
import type { Attachment, Mail } from './mailer.ts';

/** A mail in one language, before it is laid out. */
export interface Letter {
  subject: string;
  /** The first sentences, below the salutation. */
  opening: string;
  /** Names and values, in the order of the table. */
  facts: readonly (readonly [name: string, value: string])[];
  /** Pages to open, between the facts and the closing. */
  links?: readonly { words: string; url: string }[];
  closing: string;
  attachments?: readonly Attachment[];
}

/** Who receives a mail. */
interface Recipient {
  email: string;
  firstName: string | null;
}

/**
 * Lays a letter out as plain text and as HTML. The mail's id is the fact's key, so that a
 * repetition carries the same `Message-ID`.
 */
export function mailFor(fact: Fact, to: Recipient, letter: Letter): Mail {
  const salutation = to.firstName === null ? 'Hello,' : `Hello ${to.firstName},`;
  return {
    id: fact.key.replaceAll(':', '.'),
    to: to.email,
    subject: letter.subject,
    text: textOf(salutation, letter),
    html: htmlOf(salutation, letter),
    ...(letter.attachments && { attachments: letter.attachments }),
  };
}

/** A line break in a name would look like a line of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function textOf(salutation: string, { opening, facts, links = [], closing }: Letter): string {
  const width = Math.max(...facts.map(([name]) => name.length)) + 2;
  const lines = facts.map(([name, value]) => `${`${name}:`.padEnd(width)}${oneLine(value)}`);
  const table = lines.length === 0 ? [] : [...lines, ''];
  const way = links.flatMap(({ words, url }) => [`${words}:`, url, '']);
  return [oneLine(salutation), '', oneLine(opening), '', ...table, ...way, closing, ''].join('\n');
}

/** Tables and inline styles: what mail programs show alike. */
function htmlOf(
  salutation: string,
  { subject, opening, facts, links = [], closing }: Letter,
): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th scope="row" style="${cell};text-align:left;font-weight:600">${escape(name)}</th>` +
      `<td style="${cell}">${escape(value)}</td></tr>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(subject)}</title></head>`,
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1d1d1f">',
    `<p>${escape(salutation)}</p>`,
    `<p>${escape(opening)}</p>`,
    ...(rows.length === 0
      ? []
      : [`<table style="border-collapse:collapse">${rows.join('')}</table>`]),
    ...links.map(({ words, url }) => `<p><a href="${escape(url)}">${escape(words)}</a></p>`),
    `<p>${escape(closing)}</p>`,
    '</body></html>',
    '',
  ].join('\n');
}

const cell = 'padding:4px 24px 4px 0;vertical-align:top';

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
