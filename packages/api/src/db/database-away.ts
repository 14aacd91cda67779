/** The database does not respond, or is a standby; nothing was sent to it. */
export class DatabaseAway extends Error {
  constructor() {
    super('The database is away.');
  }
}
