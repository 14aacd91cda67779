import { createMatinee } from '@matinee/sdk';
import type { MatineeError } from '@matinee/sdk';
import { matineeQueries } from '@matinee/sdk/react';
import { QueryClient } from '@tanstack/react-query';

const url = import.meta.env.VITE_MATINEE_URL ?? 'http://127.0.0.1:8000';

export const session = {
  get token() {
    return sessionStorage.getItem('token');
  },
  set token(token: string | null) {
    if (token === null) {
      sessionStorage.removeItem('token');
    } else {
      sessionStorage.setItem('token', token);
    }
  },
};

export const matinee = createMatinee({
  url,
  token: () => session.token,
  onUnauthorized: () => {
    session.token = null;
  },
});

/** Options and keys for every call: `queries.movies.list.queryOptions({ genre: 'Drama' })`. */
export const queries = matineeQueries(matinee);

export const queryClient = new QueryClient();

// Every `error` of a query or a mutation is a MatineeError: comparing `code` types `details`.
declare module '@tanstack/react-query' {
  interface Register {
    defaultError: MatineeError;
  }
}
