import { Initial } from './2026-11-22-initial.ts';
import { ReportsReadTheIndex } from './2026-11-22-reports-read-the-index.ts';
import { Audit } from './2026-11-28-audit.ts';
import { Batches } from './2026-11-28-batches.ts';
import { Hoarding } from './2026-11-28-hoarding.ts';
import { LocalDays } from './2026-11-28-local-days.ts';
import { Outbox } from './2026-11-28-outbox.ts';
import { PastLayouts } from './2026-11-28-past-layouts.ts';
import { Places } from './2026-11-28-places.ts';
import { ShowCancelReason } from './2026-11-28-show-cancel-reason.ts';
import { SignInAttempts } from './2026-11-28-sign-in-attempts.ts';
import { StraightPath } from './2026-11-28-straight-path.ts';
import { Texts } from './2026-11-28-texts.ts';

/** All migrations, oldest first. A landed one is never edited: the schema changes by a new one. */
export const migrations = [
  { name: '2026-11-22-initial', class: Initial },
  { name: '2026-11-22-reports-read-the-index', class: ReportsReadTheIndex },
  { name: '2026-11-28-outbox', class: Outbox },
  { name: '2026-11-28-batches', class: Batches },
  { name: '2026-11-28-straight-path', class: StraightPath },
  { name: '2026-11-28-places', class: Places },
  { name: '2026-11-28-sign-in-attempts', class: SignInAttempts },
  { name: '2026-11-28-audit', class: Audit },
  { name: '2026-11-28-hoarding', class: Hoarding },
  { name: '2026-11-28-local-days', class: LocalDays },
  { name: '2026-11-28-show-cancel-reason', class: ShowCancelReason },
  { name: '2026-11-28-past-layouts', class: PastLayouts },
  { name: '2026-11-28-texts', class: Texts },
];
