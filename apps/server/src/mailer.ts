import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { noMailer, PermanentFailure } from '@matinee/api';
import type { Log, Mail, Mailer } from '@matinee/api';
import nodemailer from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import writeFileAtomic from 'write-file-atomic';
import type { MailBox } from './dev-mail/pages.ts';
import type { Environment } from './environment.ts';

/**
 * Limits of one mail, below the twelve seconds that the outbox gives an attempt: a server that hangs
 * fails the attempt by itself.
 */
const limits = { connectionTimeout: 4_000, greetingTimeout: 4_000, socketTimeout: 8_000 };

/** Mails that development keeps. */
const filesKept = 500;

/** Old files are looked for at the first mail, and then after as many again. */
const prunedEvery = 20;

type MailSettings = Pick<Environment, 'MAIL_URL' | 'MAIL_FROM' | 'ENVIRONMENT' | 'DATA_DIR'>;

/**
 * How this server sends mail: by `MAIL_URL`; without it development writes files, and production
 * sends nothing.
 */
export function createMailer(environment: MailSettings, log: Log): Mailer {
  const { MAIL_URL: url, MAIL_FROM: from, ENVIRONMENT, DATA_DIR } = environment;
  if (url !== undefined) {
    return smtpMailer(url, from);
  }
  return ENVIRONMENT === 'production'
    ? noMailer
    : fileMailer(path.join(DATA_DIR, 'mail'), { from, log });
}

/** Where the mails of this server can be looked at: nowhere but in development. */
export function mailBoxOf({
  MAIL_URL: url,
  ENVIRONMENT,
  DATA_DIR,
}: Omit<MailSettings, 'MAIL_FROM'>): MailBox | undefined {
  if (ENVIRONMENT !== 'development') {
    return undefined;
  }
  return url === undefined ? { folder: path.join(DATA_DIR, 'mail') } : { host: new URL(url).host };
}

/** Sends by SMTP, each mail over a connection of its own. */
function smtpMailer(url: string, from: string): Mailer {
  const transport = nodemailer.createTransport({ url, ...limits });
  return {
    send: async (mail) => {
      try {
        await transport.sendMail(messageOf(mail, from));
      } catch (error) {
        throw isRefusedForGood(error)
          ? new PermanentFailure(error.message, { cause: error })
          : error;
      }
      return undefined;
    },
  };
}

/** Writes each mail into a file that mail programs open, and keeps the newest. */
function fileMailer(folder: string, { from, log }: { from: string; log: Log }): Mailer {
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true });
  let written = 0;
  return {
    send: async (mail) => {
      const { message } = await transport.sendMail(messageOf(mail, from));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = path.join(folder, `${mail.id}.eml`);
      // Not synced: a crash of the machine may cost development a mail.
      await writeFileAtomic(file, message as Buffer, { mode: 0o600, fsync: false });
      log.info({ file, to: mail.to }, 'wrote a mail into a file: no MAIL_URL is set');
      written += 1;
      if (written % prunedEvery === 1) {
        await removeOldest(folder);
      }
      return undefined;
    },
  };
}

/** The same `Message-ID` for every repetition: receivers recognise a mail that they have. */
function messageOf(
  { id, to, subject, text, html, attachments = [], unsubscribeUrl }: Mail,
  from: string,
): SendMailOptions {
  return {
    messageId: `<${id}@${domainOf(from)}>`,
    from,
    // As an object: an address in a string could name several recipients.
    to: { name: '', address: to },
    subject,
    text,
    html,
    attachments: attachments.map(({ content, ...file }) => ({
      ...file,
      content: typeof content === 'string' ? content : Buffer.from(content),
    })),
    headers: { 'Auto-Submitted': 'auto-generated', ...oneClick(unsubscribeUrl) },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** What mail programs show a button for (RFC 8058). */
function oneClick(url: string | undefined): Record<string, string> {
  return url === undefined
    ? {}
    : {
        'List-Unsubscribe': `<${url}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      };
}

function domainOf(from: string): string {
  return /@([^\s>]+)/.exec(from)?.[1] ?? 'localhost';
}

/**
 * A 5xx for this recipient or this mail. One for our connection, sign-in or sender refuses every mail
 * alike, and the operator can mend it.
 */
function isRefusedForGood(error: unknown): error is Error {
  const { responseCode, command } = error as { responseCode?: unknown; command?: unknown };
  const isAboutTheMail = command === 'RCPT TO' || command === 'DATA';
  return typeof responseCode === 'number' && responseCode >= 500 && isAboutTheMail;
}

async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  if (names.length <= filesKept) {
    return;
  }
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await stat(file).catch(() => undefined))?.mtimeMs ?? 0 };
    }),
  );
  const old = files.toSorted((a, b) => b.at - a.at).slice(filesKept);
  await Promise.all(old.map(({ file }) => rm(file, { force: true })));
}
