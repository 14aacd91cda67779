/** A text message that is ready to be sent. */
export interface TextMessage {
  /** In international form, `+4915112345678`. */
  to: string;
  body: string;
}

/** Sends text messages (SMS); the host has an implementation for Twilio. */
export interface Texter {
  /**
   * @returns a note for the log of deliveries when the message was not sent on purpose
   * @throws PermanentFailure when it is refused for good, and when nobody can say whether it was sent
   */
  send(message: TextMessage): Promise<string | undefined>;
}

/** Sends nothing, and says so. */
export const noTexter: Texter = { send: async () => 'no SMS configured' };
