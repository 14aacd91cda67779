/*
 * Reads back the mails that development writes into files: what nodemailer writes, in UTF-8. It is no
 * parser of the mails of others.
 */

/** A file that came with a mail. */
interface AttachedFile {
  filename: string;
  contentType: string;
  content: Buffer;
}

/** A mail as a person reads it. */
export interface Message {
  /** Names and values, decoded, in their order. */
  headers: [name: string, value: string][];
  text: string;
  html: string;
  attachments: AttachedFile[];
}

/** A part of a mail: it has parts itself, or content. */
interface Part {
  headers: [name: string, value: string][];
  body: string;
}

/** @param source the bytes of an `.eml` file */
export function readMessage(source: Buffer): Message {
  // A byte for each character: boundaries and encodings are ASCII.
  const whole = partOf(source.toString('latin1'));
  const message: Message = { headers: whole.headers, text: '', html: '', attachments: [] };
  for (const part of leavesOf(whole)) {
    const contentType = valueOf(part, 'content-type').replace(/; name=[^;]*/, '') || 'text/plain';
    const filename = /filename="?([^";]+)"?/i.exec(valueOf(part, 'content-disposition'))?.[1];
    const content = contentOf(part);
    if (filename !== undefined) {
      message.attachments.push({ filename, contentType, content });
    } else if (contentType.startsWith('text/html')) {
      message.html += content.toString('utf8');
    } else if (contentType.startsWith('text/plain')) {
      message.text += content.toString('utf8');
    }
  }
  return message;
}

/** The value of a header, or an empty text. */
export function headerOf({ headers }: Pick<Message, 'headers'>, name: string): string {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? '';
}

const valueOf = headerOf;

function partOf(text: string): Part {
  const end = /\r?\n\r?\n/.exec(text);
  const headers = text
    .slice(0, end?.index)
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), decoded(line.slice(colon + 1).trim())];
    });
  return { headers, body: end ? text.slice(end.index + end[0].length) : '' };
}

/** The parts that have content. */
function leavesOf(part: Part): Part[] {
  const boundary = /^multipart\/.*\bboundary="?([^";]+)"?/i.exec(
    valueOf(part, 'content-type'),
  )?.[1];
  if (boundary === undefined) {
    return [part];
  }
  const pieces = part.body.split(`--${boundary}`).slice(1, -1);
  return pieces.flatMap((piece) =>
    leavesOf(partOf(piece.replace(/^\r?\n/, '').replace(/\r?\n$/, ''))),
  );
}

function contentOf(part: Part): Buffer {
  const encoding = valueOf(part, 'content-transfer-encoding').toLowerCase();
  if (encoding === 'base64') {
    return Buffer.from(part.body, 'base64');
  }
  const body = encoding === 'quoted-printable' ? unquoted(part.body) : part.body;
  return Buffer.from(body.replaceAll('\r\n', '\n'), 'latin1');
}

function unquoted(text: string): string {
  return text
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/gi, (_all, hex: string) => byte(hex));
}

const byte = (hex: string) => String.fromCharCode(Number.parseInt(hex, 16));

/** Encoded words of RFC 2047, which may be split in the middle of a character. */
function decoded(value: string): string {
  const words = value.replaceAll(/(\?=)\s+(=\?)/g, '$1$2');
  return words.replaceAll(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (run) => {
    const bytes = [...run.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(
      ([, kind = '', text = '']) =>
        kind.toLowerCase() === 'b'
          ? Buffer.from(text, 'base64')
          : Buffer.from(unquoted(text.replaceAll('_', ' ')), 'latin1'),
    );
    return Buffer.concat(bytes).toString('utf8');
  });
}
