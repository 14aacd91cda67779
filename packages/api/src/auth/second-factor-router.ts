import { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { idempotentInSteps } from '../idempotency.ts';
import { route } from '../meta.ts';
import type { UserContext } from '../service-context.ts';
import { accountProcedure } from '../trpc.ts';
import {
  ConfirmSecondFactor,
  RecoveryCodes,
  RemoveSecondFactor,
  SecondFactorRemoved,
  SecondFactorStarted,
  StartSecondFactor,
} from './schema.ts';
import {
  assertBoth,
  confirmSecondFactor,
  countCode,
  readRecoveryCodes,
  readStarted,
  removeSecondFactor,
  startSecondFactor,
} from './second-factor.ts';
import { assertPassword } from './service.ts';

type CallContext = UserContext & Pick<RequestContext, 'idempotencyKey'>;

/** What is kept for a repetition has no secret: that is read again. */
const start = idempotentInSteps<CallContext, StartSecondFactor, { started: true }, unknown>(
  z.object({ started: z.literal(true) }),
  {
    prepare: ({ ctx, input, path }) =>
      assertPassword(ctx, input.password, { procedure: path, field: 'password' }),
    effect: ({ ctx }) => startSecondFactor(ctx),
  },
);

const confirm = idempotentInSteps<
  CallContext,
  ConfirmSecondFactor,
  { confirmed: true },
  () => Promise<void>
>(z.object({ confirmed: z.literal(true) }), {
  prepare: ({ ctx }) => countCode(ctx),
  effect: ({ ctx, input }) => confirmSecondFactor(ctx, input.code),
});

const remove = idempotentInSteps<CallContext, RemoveSecondFactor, { removed: true }, void>(
  SecondFactorRemoved,
  {
    prepare: ({ ctx, input }) => assertBoth(ctx, input),
    effect: ({ ctx }) => removeSecondFactor(ctx),
  },
);

export const secondFactorRouter = {
  /** Makes a secret for an authenticator app. */
  start: accountProcedure
    .meta({
      ...route(
        'POST /auth/second-factor',
        'Begin with a second factor',
        'Returns a secret for an authenticator app, of no effect until it is confirmed. Where there is a ' +
          'second factor already, it has to be removed first. A wrong password counts as a failed sign-in.',
      ),
      refusals: ['RATE_LIMITED'],
    })
    .input(StartSecondFactor)
    .output(SecondFactorStarted)
    .mutation(async (call) => {
      await start(call);
      return readStarted(call.ctx);
    }),

  /** Takes the first code of the app: signing in needs one from now on. */
  confirm: accountProcedure
    .meta({
      ...route(
        'POST /auth/second-factor/confirm',
        'Confirm your second factor',
        'Takes a code of the authenticator app. From now on signing in needs one; your other sessions end. ' +
          'Each of the recovery codes replaces the app once.',
      ),
      message: 'Second factor added.',
      refusals: ['RATE_LIMITED'],
    })
    .input(ConfirmSecondFactor)
    .output(RecoveryCodes)
    .mutation(async (call) => {
      await confirm(call);
      return { recoveryCodes: await readRecoveryCodes(call.ctx) };
    }),

  /** Removes the second factor. */
  remove: accountProcedure
    .meta({
      ...route(
        'POST /auth/second-factor/remove',
        'Remove your second factor',
        'Takes the password and a code of the app, or a recovery code.',
      ),
      message: 'Second factor removed.',
      refusals: ['RATE_LIMITED'],
    })
    .input(RemoveSecondFactor)
    .output(SecondFactorRemoved)
    .mutation((call) => remove(call)),
};
