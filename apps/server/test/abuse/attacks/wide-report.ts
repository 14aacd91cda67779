import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { headersOf, loopsOf, Sender, share } from '../sender.ts';

/** A report with a row for each day of four hundred years. */
export const wideReport: Attack = {
  name: 'wide-report',
  items: 'API4',
  does: 'An administrator asks for the revenue by date from 1800 to 2199, 20 requests at a time.',
  wanted: 'Refused with 400: a report by date covers at most 1,100 days.',
  letThrough: ({ answers }) =>
    answers[200] === undefined ? undefined : `${answers[200]} reports of 400 years were made`,
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 20);
    const sender = new Sender(target, tally, loops);
    await loopsOf(target, loops, () =>
      sender.send({
        method: 'GET',
        path: '/api/v1/admin/reports/revenue?from=1800-01-01&to=2199-12-31&groupBy=date',
        headers: headersOf(target.scene.admin),
      }),
    );
    sender.close();
    return tally;
  },
};
