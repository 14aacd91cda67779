import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream, SMTPServerSession } from 'smtp-server';
import { onTestFinished } from 'vitest';

/** Where a conversation stands: `content` after the first bytes of a mail, `mail` after the last. */
export type Step = 'greeting' | 'sign-in' | 'sender' | 'recipient' | 'content' | 'mail';

/**
 * How the server behaves. At each step it goes on, refuses with a `Refusal`, or does not answer for
 * as long as the promise is open.
 */
export type Manner = (step: Step, mail?: ArrivedMail) => void | Promise<void>;

/** A mail as it came over the wire. */
export interface ArrivedMail {
  messageId: string;
  /** From the envelope: who receives it, whatever its headers say. */
  recipients: string[];
  parsed: ParsedMail;
}

/** An answer such as 550. */
export class Refusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/** Refuses at one step. */
export function refusing(at: Step, code: number, message: string): Manner {
  return (step) => {
    if (step === at) {
      throw new Refusal(code, message);
    }
  };
}

/** Never answers at one step. */
export function hangingAt(at: Step): Manner {
  return (step) => (step === at ? new Promise<void>(() => {}) : undefined);
}

/** A real SMTP server on a free port of 127.0.0.1, which ends with the test. */
export class MailServer {
  manner: Manner = () => {};
  /** Mails that were read whole, whatever was answered then. */
  readonly arrived: ArrivedMail[] = [];
  /** Mails that were answered with 250. */
  readonly accepted: ArrivedMail[] = [];
  /** Conversations that have begun. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #smtp: SMTPServer;

  private constructor() {
    this.#smtp = new SMTPServer({
      name: 'mx.example.com',
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1,
      onConnect: (_session, answer) => void this.#decide('greeting').then(answer),
      onAuth: (_auth, _session, answer) =>
        void this.#decide('sign-in').then((refusal) => answer(refusal, { user: 'matinee' })),
      onMailFrom: (_address, _session, answer) => void this.#decide('sender').then(answer),
      onRcptTo: (_address, _session, answer) => void this.#decide('recipient').then(answer),
      onData: (stream, session, answer) => void this.#read(stream, session).then(answer),
    });
    this.#smtp.on('error', () => {});
    this.#smtp.server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(manner?: Manner, port = 0): Promise<MailServer> {
    const server = new MailServer();
    onTestFinished(() => server.stop());
    server.manner = manner ?? server.manner;
    await once(server.#smtp.listen(port, '127.0.0.1'), 'listening');
    return server;
  }

  get port(): number {
    return (this.#smtp.server.address() as AddressInfo).port;
  }

  /** For `MAIL_URL`; with a user and a password when the server is to ask for them. */
  url(credentials = ''): string {
    return `smtp://${credentials}127.0.0.1:${this.port}`;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  async stop(): Promise<void> {
    if (this.#smtp.server.listening) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#smtp.close(resolve);
      this.cut();
      await promise;
    }
  }

  async #decide(step: Step, mail?: ArrivedMail): Promise<Error | undefined> {
    try {
      await this.manner(step, mail);
      return undefined;
    } catch (error) {
      return error as Error;
    }
  }

  async #read(
    stream: SMTPServerDataStream,
    { envelope }: SMTPServerSession,
  ): Promise<Error | undefined> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of stream) {
        const refusal = chunks.length === 0 ? await this.#decide('content') : undefined;
        if (refusal) {
          return refusal;
        }
        chunks.push(chunk as Buffer);
      }
    } catch (error) {
      return error as Error;
    }
    const parsed = await simpleParser(Buffer.concat(chunks));
    const recipients = envelope.rcptTo.map(({ address }) => address);
    const mail = { messageId: parsed.messageId ?? '', recipients, parsed };
    this.arrived.push(mail);
    const refusal = await this.#decide('mail', mail);
    if (!refusal) {
      this.accepted.push(mail);
    }
    return refusal;
  }
}
