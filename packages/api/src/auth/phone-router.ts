import type { RequestContext } from '../context.ts';
import { idempotentInSteps } from '../idempotency.ts';
import { route } from '../meta.ts';
import type { UserContext } from '../service-context.ts';
import { accountProcedure } from '../trpc.ts';
import {
  assertPhoneCode,
  countPhoneProof,
  requestPhoneVerification,
  verifyPhone,
} from './phone.ts';
import type { PendingPhone } from './phone.ts';
import { RequestPhoneVerification, TextSent, User, VerifyPhone } from './schema.ts';

type CallContext = UserContext & Pick<RequestContext, 'idempotencyKey'>;

const request = idempotentInSteps<CallContext, RequestPhoneVerification, { sent: true }, string>(
  TextSent,
  {
    prepare: ({ ctx, input }) => countPhoneProof(ctx, input),
    effect: ({ ctx }, phone) => requestPhoneVerification(ctx, phone),
  },
);

const verify = idempotentInSteps<CallContext, VerifyPhone, User, PendingPhone>(User, {
  prepare: ({ ctx, input }) => assertPhoneCode(ctx, input),
  effect: ({ ctx }, pending) => verifyPhone(ctx, pending),
});

export const phoneRouter = {
  /** Sends the caller a code to a telephone number. */
  requestPhoneVerification: accountProcedure
    .meta({
      ...route(
        'POST /auth/request-phone-verification',
        'Ask for the code that proves your telephone number',
        'Sends six digits by SMS, which work for ten minutes and five tries. Where the server sends no SMS: ' +
          '404. A number gets three messages an hour, and an account asks for five a day.',
      ),
      message: 'A text message comes.',
      refusals: ['NOT_FOUND', 'RATE_LIMITED'],
      counts: true,
    })
    .input(RequestPhoneVerification)
    .output(TextSent)
    .mutation((call) => request(call)),

  /** Proves a telephone number by the code that was sent to it. */
  verifyPhone: accountProcedure
    .meta({
      ...route(
        'POST /auth/verify-phone',
        'Prove your telephone number',
        'Takes the six digits. Afterwards reminders by SMS can be switched on: `auth.updateNotifications`.',
      ),
      message: 'The number is proven.',
    })
    .input(VerifyPhone)
    .output(User)
    .mutation((call) => verify(call)),
};
