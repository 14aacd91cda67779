import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import { adminProcedure, publicProcedure } from '../trpc.ts';
import { ApiIndex, Status } from './schema.ts';
import { getApiIndex, getStatus } from './service.ts';

/** The state of the system: versions, clocks, jobs, disk. */
export const status = adminProcedure
  .meta(route('GET /admin/status', 'Read the state of the system', 'Versions, clocks, jobs, disk.'))
  .input(NoInput)
  .output(Status)
  .query(({ ctx }) => getStatus(ctx));

/** For the host alone: tRPC has no address of its own to describe. */
export const indexRouter = {
  /** What is served, and where. */
  index: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/',
        tags: ['api'],
        summary: 'Read what is served',
        description: 'Name, version, and the paths to begin with.',
      },
    })
    .input(NoInput)
    .output(ApiIndex)
    .query(({ ctx }) => getApiIndex(ctx)),
};
