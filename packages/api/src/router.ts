import { adminRouter } from './admin/router.ts';
import { authRouter } from './auth/router.ts';
import { moviesRouter, posterRouter } from './movies/router.ts';
import { reservationsRouter } from './reservations/router.ts';
import { showtimesRouter } from './showtimes/router.ts';
import { theatersRouter } from './theaters/router.ts';
import { router } from './trpc.ts';

/** Every procedure under its name: what `/trpc` serves and what the SDK is typed by. */
export const appRouter = router({
  auth: authRouter,
  movies: moviesRouter,
  theaters: theatersRouter,
  showtimes: showtimesRouter,
  reservations: reservationsRouter,
  admin: adminRouter,
});

export type AppRouter = typeof appRouter;

/** Procedures that only the host calls, with the same ladder. */
export const hostRouter = router({ movies: posterRouter });
