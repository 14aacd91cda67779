import { apiKeysRouter } from '../api-keys/router.ts';
import { auditRouter } from '../audit/router.ts';
import { incidentsRouter } from '../incidents/router.ts';
import { outboxRouter } from '../outbox/router.ts';
import { allPaymentsRouter } from '../payments/admin-router.ts';
import { reportsRouter } from '../reports/router.ts';
import { allReservationsRouter } from '../reservations/router.ts';
import { staffRouter } from '../staff/router.ts';
import { status } from '../status/router.ts';
import { usersRouter } from '../users/router.ts';
import { webhooksRouter } from '../webhooks/router.ts';

/** By reference, as in `router.ts`: written out, the procedures lose their doc comments. */
export type AdminProcedures = {
  reports: typeof reportsRouter;
  users: typeof usersRouter;
  staff: typeof staffRouter;
  apiKeys: typeof apiKeysRouter;
  reservations: typeof allReservationsRouter;
  outbox: typeof outboxRouter;
  audit: typeof auditRouter;
  payments: typeof allPaymentsRouter;
  incidents: typeof incidentsRouter;
  webhooks: typeof webhooksRouter;
  /** The state of the system: versions, clocks, jobs, disk. */
  status: typeof status;
};

/** Everything for administrators, from the folders that do the work. */
export const adminRouter: AdminProcedures = {
  reports: reportsRouter,
  users: usersRouter,
  staff: staffRouter,
  apiKeys: apiKeysRouter,
  reservations: allReservationsRouter,
  outbox: outboxRouter,
  audit: auditRouter,
  payments: allPaymentsRouter,
  incidents: incidentsRouter,
  webhooks: webhooksRouter,
  status,
};
