import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { Deleted } from '../schema.ts';
import { adminProcedure, publicProcedure } from '../trpc.ts';
import { CreateSite, ListSites, Site, SiteId, SitePage, UpdateSite } from './schema.ts';
import { createSite, deleteSite, getSite, listSites, updateSite } from './service.ts';

export const sitesRouter = {
  /** The cinemas, by name. */
  list: publicProcedure
    .meta(route('GET /sites', 'List the cinemas', 'By name.'))
    .input(ListSites)
    .output(SitePage)
    .query(({ ctx, input }) => listSites(ctx, input)),

  /** One cinema, with its tax and its refund policy. */
  get: publicProcedure
    .meta(route('GET /sites/{siteId}', 'Read a cinema', 'With its tax and its refund policy.'))
    .input(SiteId)
    .output(Site)
    .query(({ ctx, input }) => getSite(ctx, input.siteId)),

  /** Makes a cinema; theaters are then created at it or moved to it. */
  create: adminProcedure
    .meta({
      ...route(
        'POST /sites',
        'Create a cinema',
        'Theaters are created at it, or moved to it. Without a refund policy, everything is returned ' +
          'until the start. The currency is the configured one.',
      ),
      successStatus: 201,
      message: 'Site created.',
    })
    .input(CreateSite)
    .output(Site)
    .mutation(audited(Site, ({ ctx, input }) => createSite(ctx, input))),

  /** Changes a cinema: for what is sold from then on. */
  update: adminProcedure
    .meta({
      ...route(
        'PUT /sites/{siteId}',
        'Change a cinema',
        'The tax rate and the refund policy hold for what is sold from then on; a reservation keeps ' +
          'the policy that it was made under. `businessDayStartsAt` holds for past shows too. The ' +
          'currency is the configured one.',
      ),
      message: 'Site updated.',
      refusals: ['EDIT_CONFLICT'],
    })
    .input(UpdateSite)
    .output(Site)
    .mutation(audited(Site, ({ ctx, input }) => updateSite(ctx, input), { subject: 'siteId' })),

  /** Takes a cinema away once it has no theater. */
  delete: adminProcedure
    .meta({
      ...route(
        'DELETE /sites/{siteId}',
        'Delete a cinema',
        'Not while a theater belongs to it, and never the default cinema. It is archived for ' +
          'reservations and reports.',
      ),
      message: 'Site deleted.',
      refusals: ['IN_USE'],
    })
    .input(SiteId)
    .output(Deleted)
    .mutation(
      audited(Deleted, ({ ctx, input }) => deleteSite(ctx, input.siteId), { subject: 'siteId' }),
    ),
};
