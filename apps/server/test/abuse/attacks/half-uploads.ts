import { request } from '../../raw-client.ts';
import type { Attack } from '../attack.ts';
import { sendPartly } from '../partial-body.ts';

const length = 5_200_000;

/** Pictures of nobody in particular, each a little short of complete. */
export const halfUploads: Attack = {
  name: 'half-uploads',
  items: 'API4, V5.2.1',
  does:
    'On each of 300 connections, uploads a poster without a token: 4.9 MB of the 5.2 MB that the ' +
    'header announces. Opens a connection again when it is closed.',
  wanted: 'The caller is refused before the first byte of the picture is read.',
  letThrough: ({ figures }) =>
    figures.waiting === 0 ? undefined : `${figures.waiting} uploads were received and kept`,
  run: (target) =>
    sendPartly(target, {
      connections: 300,
      head: request(
        'POST /api/v1/movies/00000000-0000-7000-8000-000000000000/poster',
        'Content-Type: multipart/form-data; boundary=x',
        `Content-Length: ${length}`,
      ),
      body:
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n' +
        'Content-Type: image/png\r\n\r\n'.padEnd(4_900_000, 'x'),
    }),
};
