import { adminRouter } from './admin/router.ts';
import { authRouter, unsubscribeRouter } from './auth/router.ts';
import { checkInsRouter } from './check-ins/router.ts';
import { deskRouter } from './desk/router.ts';
import { discoveryRouter } from './discovery/router.ts';
import { moviesRouter, posterRouter } from './movies/router.ts';
import { paymentsRouter } from './payments/router.ts';
import { priceListsRouter, ticketTypesRouter } from './prices/router.ts';
import { privacyRouter } from './privacy/router.ts';
import { reservationsRouter, showtimeCancellationRouter } from './reservations/router.ts';
import { schedulesRouter } from './schedules/router.ts';
import { liveSeatsRouter, seatPicturesRouter, seatsRouter } from './seats/router.ts';
import { movieScheduleRouter, showtimesRouter, theaterScheduleRouter } from './showtimes/router.ts';
import { sitesRouter } from './sites/router.ts';
import { indexRouter } from './status/router.ts';
import { theatersRouter } from './theaters/router.ts';
import { ticketFilesRouter, ticketsRouter } from './tickets/router.ts';
import { router } from './trpc.ts';

/** By reference: written out, as it would be inferred, it loses the doc comments in the SDK. */
export type Procedures = {
  auth: typeof authRouter & typeof privacyRouter;
  movies: typeof moviesRouter & typeof movieScheduleRouter & typeof discoveryRouter;
  theaters: typeof theatersRouter & typeof theaterScheduleRouter;
  showtimes: typeof showtimesRouter & typeof seatsRouter & typeof showtimeCancellationRouter;
  reservations: typeof reservationsRouter;
  payments: typeof paymentsRouter;
  tickets: typeof ticketsRouter;
  checkIns: typeof checkInsRouter;
  desk: typeof deskRouter;
  sites: typeof sitesRouter;
  schedules: typeof schedulesRouter;
  ticketTypes: typeof ticketTypesRouter;
  priceLists: typeof priceListsRouter;
  admin: typeof adminRouter;
};

/**
 * Every procedure under its public name. A procedure lives in the folder that its deepest effect
 * needs: `showtimes.cancel` ends reservations, so it lives there.
 */
const procedures: Procedures = {
  auth: { ...authRouter, ...privacyRouter },
  movies: { ...moviesRouter, ...movieScheduleRouter, ...discoveryRouter },
  theaters: { ...theatersRouter, ...theaterScheduleRouter },
  showtimes: { ...showtimesRouter, ...showtimeCancellationRouter, ...seatsRouter },
  reservations: reservationsRouter,
  payments: paymentsRouter,
  tickets: ticketsRouter,
  checkIns: checkInsRouter,
  desk: deskRouter,
  sites: sitesRouter,
  schedules: schedulesRouter,
  ticketTypes: ticketTypesRouter,
  priceLists: priceListsRouter,
  admin: adminRouter,
};

/** What `/trpc` serves and what the SDK is typed by. */
export const appRouter = router(procedures);

export type AppRouter = typeof appRouter;

/** Procedures that only the host calls, with the same ladder. */
export const hostRouter = router({
  api: indexRouter,
  movies: posterRouter,
  showtimes: liveSeatsRouter,
  ticketFiles: ticketFilesRouter,
  seatPictures: seatPicturesRouter,
  mails: unsubscribeRouter,
});
