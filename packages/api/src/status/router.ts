import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import { adminProcedure } from '../trpc.ts';
import { Status } from './schema.ts';
import { getStatus } from './service.ts';

/** The state of the system: versions, clocks, jobs, disk. */
export const status = adminProcedure
  .meta(route('GET /admin/status', 'Read the state of the system', 'Versions, clocks, jobs, disk.'))
  .input(NoInput)
  .output(Status)
  .query(({ ctx }) => getStatus(ctx));
