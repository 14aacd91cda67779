import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Router } from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { html, pageOf, sendPage } from '../pages/html.ts';
import type { Html } from '../pages/html.ts';
import { headerOf, readMessage } from './message.ts';
import type { Message } from './message.ts';

/** The files that development writes mails into, or the server that they are sent to and not kept. */
export type MailBox = { folder: string } | { host: string };

/** Mails in the list. */
const most = 100;

/** The name of a file without its ending: what a mail's id may be, and no way out of the folder. */
const isName = /^[\w-][\w.-]*$/;

/** A mail's HTML runs nothing, loads nothing, and is shown in our own page alone. */
const framedPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

/**
 * `/dev/mail`: the mails of development, the newest first. They have links that set passwords, so only browsers
 * on this machine see them, and no page of another site.
 */
export function mailPages(mails: MailBox): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use(onlyHere);
  if ('host' in mails) {
    router.get(
      '/',
      shows(async () => sentPage(mails.host)),
    );
    return router;
  }
  const { folder } = mails;
  router.get(
    '/',
    shows(async () => listPage(await newest(folder))),
  );
  router.get(
    '/:name',
    shows(async (name) => mailPage(name, await find(folder, name))),
  );
  router.get(
    '/:name/html',
    sends(folder, ({ html: content }, res) => {
      res.set('Content-Security-Policy', framedPolicy).type('html').send(content);
    }),
  );
  router.get(
    '/:name/:place',
    sends(folder, ({ attachments }, res, { place }) => {
      const file = /^\d+$/.test(String(place)) ? attachments[Number(place)] : undefined;
      if (file) {
        res.set('Content-Security-Policy', framedPolicy).attachment(file.filename);
        res.set('Content-Type', file.contentType).end(file.content);
      }
    }),
  );
  return router;
}

/** Others get what they get at a wrong address. A name of another host could be one that leads here. */
function onlyHere(req: Request, res: Response, next: NextFunction): void {
  if (!isLoopback(req.socket.remoteAddress ?? '') || !isLoopback(hostOf(req))) {
    next('router');
    return;
  }
  res.set('Cache-Control', 'no-store');
  res.set('Cross-Origin-Resource-Policy', 'same-origin');
  res.removeHeader('Access-Control-Allow-Origin');
  next();
}

function hostOf({ headers: { host = '' } }: Request): string {
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

function isLoopback(address: string): boolean {
  return /^(localhost|::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(address);
}

/** Sends a page; undefined: there is no such mail. */
function shows(make: (name: string) => Promise<Html | undefined>): RequestHandler {
  return async (req, res, next) => {
    const body = await make(String(req.params['name']));
    if (!body) {
      next();
      return;
    }
    const page = pageOf({ title: 'Mail – Matinee', body });
    await sendPage(req, res, { ...page, policy: `${page.policy}; frame-src 'self'` });
  };
}

/** Sends a part of a mail; where `send` sends nothing, there is no such part. */
function sends(
  folder: string,
  send: (message: Message, res: Response, params: Request['params']) => void,
): RequestHandler {
  return async (req, res, next) => {
    const message = await find(folder, String(req.params['name']));
    if (message) {
      send(message, res, req.params);
    }
    if (!res.headersSent) {
      next();
    }
  };
}

async function find(folder: string, name: string): Promise<Message | undefined> {
  if (!isName.test(name)) {
    return undefined;
  }
  const source = await readFile(path.join(folder, `${name}.eml`)).catch(() => undefined);
  return source && readMessage(source);
}

interface Listed {
  name: string;
  message: Message;
}

async function newest(folder: string): Promise<Listed[]> {
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.eml'));
  const dated = await Promise.all(
    files.map(async (file) => {
      const at = (await stat(path.join(folder, file)).catch(() => undefined))?.mtimeMs ?? 0;
      return { name: file.slice(0, -'.eml'.length), at };
    }),
  );
  const names = dated.toSorted((a, b) => b.at - a.at).slice(0, most);
  const found = await Promise.all(
    names.map(async ({ name }) => ({ name, message: await find(folder, name) })),
  );
  return found.flatMap(({ name, message }) => (message ? [{ name, message }] : []));
}

function frame(title: string, intro: Html, body: readonly Html[]): Html {
  return html`
    <header>
      <img src="/favicon.svg" alt="" width="48" height="48" />
      <div>
        <h1>${title}</h1>
        <p class="soft">${intro}</p>
      </div>
    </header>
    <main class="stack">${body}</main>
  `;
}

function sentPage(host: string): Html {
  return frame('Mail', html`Mails are sent to ${host} and not kept here.`, [
    html`<p>Start the server without <code>MAIL_URL</code> to see them on this page instead.</p>`,
  ]);
}

function listPage(mails: readonly Listed[]): Html {
  const intro = html`What this server has written instead of sending it, the newest first.`;
  const none = html`<p>
    No mail yet. Register an account or book seats, and reload this page a second later.
  </p>`;
  const items = mails.map(
    ({ name, message }) =>
      html`<section>
        <h2><a href="/dev/mail/${name}">${headerOf(message, 'subject')}</a></h2>
        <p class="soft">to ${headerOf(message, 'to')}, ${headerOf(message, 'date')}</p>
      </section>`,
  );
  return frame('Mail', intro, items.length > 0 ? items : [none]);
}

function mailPage(name: string, message: Message | undefined): Html | undefined {
  if (!message) {
    return undefined;
  }
  const { headers, text, attachments } = message;
  const rows = headers.map(
    ([key, value]) =>
      html`<dt>${key}</dt>
        <dd>${value}</dd>`,
  );
  const files = attachments.map(
    ({ filename, contentType, content }, place) =>
      html`<li>
        <a href="/dev/mail/${name}/${place}">${filename}</a>
        <span class="soft">${contentType}, ${content.length} bytes</span>
      </li>`,
  );
  return frame(headerOf(message, 'subject'), html`<a href="/dev/mail">All mails</a>`, [
    html`<section>
      <h2>As HTML</h2>
      <iframe title="The mail as HTML" sandbox src="/dev/mail/${name}/html"></iframe>
    </section>`,
    html`<section>
      <h2>As text</h2>
      <pre tabindex="0">${withLinks(text)}</pre>
    </section>`,
    ...(files.length > 0
      ? [
          html`<section>
            <h2>Files</h2>
            <ul>
              ${files}
            </ul>
          </section>`,
        ]
      : []),
    html`<section>
      <h2>Headers</h2>
      <dl>${rows}</dl>
    </section>`,
  ]);
}

/** Links can be followed in the text: the HTML above is shut in its frame. */
function withLinks(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}
