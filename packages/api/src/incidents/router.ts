import { audited } from '../audit/record.ts';
import { route } from '../meta.ts';
import { atItsSite, siteNamed } from '../staff/at-site.ts';
import { staffProcedure } from '../trpc.ts';
import { Incident, IncidentPage, ListIncidents, ResolveIncident } from './schema.ts';
import { listIncidents, resolveIncident } from './service.ts';

export const incidentsRouter = {
  /** Differences about money that a person has to judge, newest first. */
  list: staffProcedure('manage')
    .meta({
      ...route(
        'GET /admin/incidents',
        'List incidents',
        'Differences about money that a person has to judge; newest first.',
      ),
      refusals: ['NOT_FOUND'],
    })
    .input(ListIncidents)
    .output(IncidentPage)
    .query(
      atItsSite(
        ({ siteId }) => [siteNamed(siteId)],
        ({ ctx, input }) => listIncidents(ctx, input),
      ),
    ),

  /** Notes what was found and done. */
  resolve: staffProcedure('manage')
    .meta({
      ...route(
        'POST /admin/incidents/{incidentId}/resolve',
        'Resolve an incident',
        'Notes what was found and done; moves no money.',
      ),
      message: 'Incident resolved.',
    })
    .input(ResolveIncident)
    .output(Incident)
    .mutation(
      atItsSite(
        ({ incidentId }) => [{ kind: 'incident', id: incidentId }],
        audited(Incident, ({ ctx, input }) => resolveIncident(ctx, input), {
          subject: 'incidentId',
        }),
      ),
    ),
};
