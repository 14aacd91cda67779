import { isMatineeError } from '@matinee/sdk';

/** A failure as a sentence for the staff at a door. */
export function explain(error: unknown): string {
  if (!isMatineeError(error)) {
    return 'Something went wrong on this page. Load it again.';
  }
  switch (error.code) {
    case 'INVALID_CREDENTIALS':
      return 'The e-mail address or the password is wrong.';
    case 'SECOND_FACTOR_REQUIRED':
      return 'Please give the code of your authenticator app, or a recovery code.';
    case 'AUTHENTICATION_REQUIRED':
    case 'TOKEN_EXPIRED':
    case 'TOKEN_INVALID':
      return 'You have been signed out. Please sign in again.';
    case 'FORBIDDEN':
      return 'This account may not check tickets in here. Ask a manager.';
    case 'NOT_FOUND':
      return 'The server does not know this. Choose the show again.';
    case 'ALREADY_CANCELLED':
      return 'This entry has been taken back already.';
    case 'VALIDATION_ERROR':
      return `Please check what you entered: ${error.details.issues.map(({ message }) => message).join('; ')}.`;
    case 'RATE_LIMITED':
      return `Too many attempts. Try again in ${error.details.retryAfterSeconds} seconds.`;
    case 'NETWORK_ERROR':
    case 'TIMEOUT':
    case 'UNAVAILABLE':
      return 'The cinema’s server cannot be reached. Check the connection of this device.';
    default:
      return `This did not work. If you report it, mention ${error.requestId ?? error.code}.`;
  }
}
