import { newTally } from '../attack.ts';
import type { Attack } from '../attack.ts';
import { headersOf, Sender, share } from '../sender.ts';

/** Sessions that an account has at a time. */
const most = 20;

/** Sessions of one account, as many as it can open. */
export const sessions: Attack = {
  name: 'sessions',
  items: 'API4',
  does: 'One account signs in 61 times, four requests at a time, and tries all tokens afterwards.',
  wanted: 'An account has 20 sessions; a new one ends the oldest.',
  letThrough: ({ figures }) =>
    (figures['open sessions'] ?? 0) <= most
      ? undefined
      : `${figures['open sessions']} sessions were open`,
  run: async (target) => {
    const tally = newTally();
    const sender = new Sender(target, tally, 4);
    const account = target.scene.attackers.at(-1) ?? target.scene.admin;
    const { email, address } = account;
    const body = { email, password: target.scene.password };
    const tokens: string[] = [];
    let left = share(target, 61);
    const loop = async () => {
      while (left > 0) {
        left -= 1;
        const headers = headersOf({ address });
        const path = '/api/v1/auth/login';
        const { status, text } = await sender.send({ method: 'POST', path, headers, body });
        tokens.push(...(status === 200 ? [tokenIn(text)] : []));
      }
    };
    await Promise.all(Array.from({ length: 4 }, loop));
    let open = 0;
    for (const token of tokens) {
      const headers = headersOf({ token, address });
      const { status } = await sender.send({ method: 'GET', path: '/api/v1/auth/me', headers });
      open += status === 200 ? 1 : 0;
    }
    tally.figures['open sessions'] = open;
    sender.close();
    return tally;
  },
};

function tokenIn(text: string): string {
  const { data } = JSON.parse(text) as { data: { accessToken: string } };
  return data.accessToken;
}
