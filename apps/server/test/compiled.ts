/**
 * For Node programs that tests start: what one of them has compiled, the next ones read. They have to
 * end by themselves to leave it. `vitest.setup.ts` makes the folder; without one Node keeps nothing.
 */
export const compiled: NodeJS.ProcessEnv = {
  NODE_COMPILE_CACHE: process.env.TEST_COMPILE_CACHE,
};
