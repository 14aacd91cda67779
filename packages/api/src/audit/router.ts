import { route } from '../meta.ts';
import { adminProcedure } from '../trpc.ts';
import { AuditPage, ListAudit } from './schema.ts';
import { listAudit } from './service.ts';

export const auditRouter = {
  /** Who did what, to what, from where: administrators' changes, sign-ins and refusals. */
  list: adminProcedure
    .meta(
      route(
        'GET /admin/audit',
        'List the audit log',
        'What administrators changed, sign-ins, and refusals; newest first. Of refusals of one kind ' +
          'by one client, the first in a quarter of an hour. Entries are kept for 400 days.',
      ),
    )
    .input(ListAudit)
    .output(AuditPage)
    .query(({ ctx, input }) => listAudit(ctx, input)),
};
