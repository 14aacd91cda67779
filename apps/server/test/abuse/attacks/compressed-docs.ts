import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { flood, pace, Sender, share } from '../sender.ts';

const paths = ['/docs/swagger-ui-bundle.js', '/redoc/redoc.standalone.js', '/openapi.json'];

/** Large responses that cost much to compress. */
export const compressedDocs: Attack = {
  name: 'compressed-docs',
  items: 'API4',
  does: 'On each of 50 connections, asks for a compressed page of the documentation every 250 ms.',
  wanted: 'Pages are compressed once, so that a response costs hardly any CPU time.',
  letThrough: () => undefined,
  run: async (target) => {
    const tally = newTally();
    const loops = share(target, 50);
    const sender = new Sender(target, tally, loops);
    await flood(target, loops, (loop) =>
      pace(250, () =>
        sender.send({
          method: 'GET',
          path: paths[loop % paths.length] ?? '',
          headers: { 'accept-encoding': 'br, gzip' },
        }),
      ),
    );
    sender.close();
    return tally;
  },
};
