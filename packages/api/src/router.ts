import { adminRouter } from './admin/router.ts';
import { authRouter } from './auth/router.ts';
import { moviesRouter, posterRouter } from './movies/router.ts';
import { reservationsRouter } from './reservations/router.ts';
import { showtimesRouter } from './showtimes/router.ts';
import { theatersRouter } from './theaters/router.ts';
import { router } from './trpc.ts';

/** By reference: written out, as it would be inferred, it loses the doc comments in the SDK. */
export type Procedures = {
  auth: typeof authRouter;
  movies: typeof moviesRouter;
  theaters: typeof theatersRouter;
  showtimes: typeof showtimesRouter;
  reservations: typeof reservationsRouter;
  admin: typeof adminRouter;
};

const procedures: Procedures = {
  auth: authRouter,
  movies: moviesRouter,
  theaters: theatersRouter,
  showtimes: showtimesRouter,
  reservations: reservationsRouter,
  admin: adminRouter,
};

/** Every procedure under its name: what `/trpc` serves and what the SDK is typed by. */
export const appRouter = router(procedures);

export type AppRouter = typeof appRouter;

/** Procedures that only the host calls, with the same ladder. */
export const hostRouter = router({ movies: posterRouter });
