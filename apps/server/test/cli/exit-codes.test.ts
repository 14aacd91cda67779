import { errorCodes, errors } from '@matinee/api';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../../packages/cli/src/failure.ts';

/* The exit codes of the command follow from the list of error codes, so a new code has one. */

/** Exit codes by HTTP status. A code with another status needs a decision. */
const expected: Partial<Record<number, number>> = {
  400: 6,
  401: 4,
  402: 5,
  403: 4,
  404: 3,
  // The command itself uses the wrong method: a bug, not a mistake of the user.
  405: 1,
  409: 5,
  413: 6,
  415: 6,
  422: 5,
  429: 1,
};

test.each(errorCodes)('%s has the exit code of its status', (code) => {
  const { status } = errors[code];
  expect(exitCodeOf({ code, status })).toBe(status >= 500 ? 1 : expected[status]);
});
