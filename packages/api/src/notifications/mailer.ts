/** A mail that is ready to be sent. */
export interface Mail {
  /** The same for every repetition of one mail; without angle brackets and domain. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  attachments?: readonly Attachment[];
  /** Where one request without a body of ours ends mails like this one, as RFC 8058 has it. */
  unsubscribeUrl?: string;
}

/** A file that comes with a mail. */
export interface Attachment {
  filename: string;
  /** Its media type, with parameters. */
  contentType: string;
  content: Uint8Array | string;
}

/** Sends mail; the host has an implementation for SMTP, and one that writes files. */
export interface Mailer {
  /**
   * @returns a note for the log of deliveries when the mail was not sent on purpose
   * @throws PermanentFailure when the receiving server refuses the mail for good
   */
  send(mail: Mail): Promise<string | undefined>;
}

/** Sends nothing, and says so. */
export const noMailer: Mailer = { send: async () => 'no mail configured' };
