import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { RequestError, ValidationError } from '@matinee/api';

/** What Node's parser calls the requests that it refuses, and their status. */
const statuses: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

const messages: Record<number, string> = {
  400: 'The request is not valid HTTP.',
  408: 'The request took too long to arrive.',
  413: 'The chunk extensions of the request are too long.',
  417: 'Send Expect: 100-continue, or no Expect header.',
  431: 'The headers of the request are too long.',
};

/**
 * Answers what never becomes a request, because Node's parser refuses it: as every other failure, with
 * an id, the envelope and the headers. The connection ends.
 */
export function answerParserErrors(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = statuses[error.code ?? ''] ?? 400;
    const { headers, body } = answerOf(status);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  });
  server.on('checkExpectation', (_req: IncomingMessage, res: ServerResponse) => {
    const { headers, body } = answerOf(417);
    res.writeHead(417, headers).end(body);
  });
}

/**
 * Refuses what Node's parser lets pass and RFC 9112 does not: HTTP/1.1 without a Host or with several, and
 * other versions. Node itself would refuse a missing Host without any of our headers.
 *
 * @returns whether it was refused
 */
export function refuseImproper(req: IncomingMessage, res: ServerResponse): boolean {
  const hosts = hostsOf(req);
  const isProper = req.httpVersionMajor === 1 && (hosts === 1 || (hosts === 0 && isOld(req)));
  if (!isProper) {
    const { headers, body } = answerOf(400);
    res.writeHead(400, headers).end(body);
  }
  return !isProper;
}

const isOld = ({ httpVersionMinor }: IncomingMessage) => httpVersionMinor === 0;

/** `headers` has the first one alone. */
function hostsOf({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    count += name.length === 'host'.length && name.toLowerCase() === 'host' ? 1 : 0;
  }
  return count;
}

function answerOf(status: number): { headers: Record<string, string>; body: string } {
  const requestId = randomUUID();
  const what = messages[status] ?? '';
  const { code, message, details } =
    status === 413
      ? new RequestError('PAYLOAD_TOO_LARGE', what)
      : new ValidationError([], { message: what });
  const body = JSON.stringify({ success: false, error: { code, message, details, requestId } });
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none';base-uri 'none';frame-ancestors 'none'",
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  };
  return { headers, body };
}
