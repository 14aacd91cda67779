/*
 * Run against the packed package, with `createMatinee` and `isMatineeError` loaded in front of it:
 * as ESM and as CommonJS, on every Node there is. Without a server.
 */
const at = '2026-01-01T00:00:00.000Z';
const answer = { result: { data: { json: { at }, meta: { values: { at: ['Date'] } } } } };
const url = 'http://matinee.test';
const matinee = createMatinee({ url, fetch: async () => Response.json(answer) });
matinee.admin.status().then((status) => console.log(status.at.getTime()));

const fetch = async () => {
  throw new TypeError('fetch failed');
};
const lost = createMatinee({ url, fetch, retries: 0 });
lost.movies.genres().catch((error) => console.log(isMatineeError(error), error.code));
const close = lost.showtimes.onSeatsChanged(
  { showtimeId: 's' },
  {
    onSnapshot() {},
    onChange() {},
    onState(state) {
      if (state === 'reconnecting') {
        console.log(state);
        close();
      }
    },
  },
);
