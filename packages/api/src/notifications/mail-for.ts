import type { Catalogue, Words } from '../language/catalogue.ts';
import type { Fact } from '../outbox/facts.ts';
import type { Attachment, Mail } from './mailer.ts';

/** A mail in one language, before it is laid out. */
export interface Letter extends Words {
  /** Names and values, in the order of the table. */
  facts: readonly (readonly [name: string, value: string])[];
  /** Pages to open, between the facts and the closing. */
  links?: readonly { words: string; url: string }[];
  attachments?: readonly Attachment[];
  /** Ends letters like this one: a page, below the closing, and where mail programs send a request. */
  unsubscription?: { page: string; oneClick: string };
}

/** Who receives a mail. */
interface Recipient {
  email: string;
  firstName: string | null;
  /** Of their language. */
  words: Catalogue;
}

/**
 * Lays a letter out as plain text and as HTML. The mail's id is the fact's key, so that a
 * repetition carries the same `Message-ID`.
 */
export function mailFor(fact: Fact, to: Recipient, letter: Letter): Mail {
  const salutation = to.words.salutation(to.firstName);
  return {
    id: fact.key.replaceAll(':', '.'),
    to: to.email,
    subject: letter.subject,
    text: textOf(salutation, letter, to.words),
    html: htmlOf(salutation, letter, to.words),
    ...(letter.attachments && { attachments: letter.attachments }),
    ...(letter.unsubscription && { unsubscribeUrl: letter.unsubscription.oneClick }),
  };
}

/** A line break in a name would look like a line of ours. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

/** Letters of one width each, in which names can stand above each other in plain text. */
const isNarrow = /^[ -\u024f]*$/;

function textOf(
  salutation: string,
  { opening, facts, links = [], closing, unsubscription }: Letter,
  { colon, links: { unsubscribe } }: Catalogue,
): string {
  const names = facts.map(([name]) => name);
  const width = names.every((name) => isNarrow.test(name))
    ? Math.max(...names.map((name) => name.length)) + 2
    : 0;
  const lines = facts.map(([name, value]) => `${`${name}${colon}`.padEnd(width)}${oneLine(value)}`);
  const table = lines.length === 0 ? [] : [...lines, ''];
  const way = links.flatMap(({ words, url }) => [`${words}${colon}`.trimEnd(), url, '']);
  const end = unsubscription ? ['', `${unsubscribe}${colon}`.trimEnd(), unsubscription.page] : [];
  return [
    oneLine(salutation),
    '',
    oneLine(opening),
    '',
    ...table,
    ...way,
    closing,
    ...end,
    '',
  ].join('\n');
}

/** Tables and inline styles: what mail programs show alike. */
function htmlOf(
  salutation: string,
  { subject, opening, facts, links = [], closing, unsubscription }: Letter,
  { language, links: { unsubscribe } }: Catalogue,
): string {
  const rows = facts.map(
    ([name, value]) =>
      `<tr><th scope="row" style="${cell};text-align:left;font-weight:600">${escape(name)}</th>` +
      `<td style="${cell}">${escape(value)}</td></tr>`,
  );
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(subject)}</title></head>`,
    '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1d1d1f">',
    `<p>${escape(salutation)}</p>`,
    `<p>${escape(opening)}</p>`,
    ...(rows.length === 0
      ? []
      : [`<table style="border-collapse:collapse">${rows.join('')}</table>`]),
    ...links.map(linkOf),
    `<p>${escape(closing)}</p>`,
    ...(unsubscription ? [linkOf({ words: unsubscribe, url: unsubscription.page })] : []),
    '</body></html>',
    '',
  ].join('\n');
}

function linkOf({ words, url }: { words: string; url: string }): string {
  return `<p><a href="${escape(url)}">${escape(words)}</a></p>`;
}

const cell = 'padding:4px 24px 4px 0;vertical-align:top';

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
