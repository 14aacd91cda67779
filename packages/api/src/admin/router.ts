import { outboxRouter } from '../outbox/router.ts';
import { reportsRouter } from '../reports/router.ts';
import { allReservationsRouter } from '../reservations/router.ts';
import { status } from '../status/router.ts';
import { usersRouter } from '../users/router.ts';

/** Everything for administrators, from the folders that do the work. */
export const adminRouter = {
  reports: reportsRouter,
  users: usersRouter,
  reservations: allReservationsRouter,
  outbox: outboxRouter,
  status,
};
