import { createMatinee } from '@matinee/sdk';

/** The server as Next.js reaches it; nobody is signed in there. */
export const matinee = createMatinee({
  url: process.env.MATINEE_URL ?? 'http://127.0.0.1:8000',
});
