import type { Attack } from './attack.ts';
import { compressedDocs } from './attacks/compressed-docs.ts';
import { deepJson } from './attacks/deep-json.ts';
import { endlessBodies } from './attacks/endless-bodies.ts';
import { forgedAddresses } from './attacks/forged-addresses.ts';
import { halfBodies } from './attacks/half-bodies.ts';
import { halfUploads } from './attacks/half-uploads.ts';
import { hashesInTransactions } from './attacks/hashes-in-transactions.ts';
import { hoarding } from './attacks/hoarding.ts';
import { idempotencyKeys } from './attacks/idempotency-keys.ts';
import { liveMaps } from './attacks/live-maps.ts';
import { manyReads } from './attacks/many-reads.ts';
import { manyWrites } from './attacks/many-writes.ts';
import { passwordFlood } from './attacks/password-flood.ts';
import { pipelinedUnread } from './attacks/pipelined-unread.ts';
import { sessions } from './attacks/sessions.ts';
import { unknownKeys } from './attacks/unknown-keys.ts';
import { unreadAnswers } from './attacks/unread-answers.ts';
import { wideReport } from './attacks/wide-report.ts';

/** All attacks, in the order in which they are played. */
export const attacks: readonly Attack[] = [
  pipelinedUnread,
  unreadAnswers,
  hashesInTransactions,
  passwordFlood,
  manyReads,
  manyWrites,
  halfUploads,
  halfBodies,
  endlessBodies,
  unknownKeys,
  deepJson,
  liveMaps,
  wideReport,
  forgedAddresses,
  compressedDocs,
  idempotencyKeys,
  sessions,
  hoarding,
];
