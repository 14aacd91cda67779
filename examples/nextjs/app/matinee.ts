import { createMatinee } from '@matinee/sdk';

/** The server as Next.js reaches it, without a signed-in user. */
export const matinee = createMatinee({
  url: process.env.MATINEE_URL ?? 'http://127.0.0.1:8000',
});
