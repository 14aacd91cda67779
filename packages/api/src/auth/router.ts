import type { RequestContext } from '../context.ts';
import { idempotent, idempotentInSteps } from '../idempotency.ts';
import { route } from '../meta.ts';
import { NoInput } from '../schema.ts';
import type { UserContext } from '../service-context.ts';
import { accountProcedure, authProcedure, publicProcedure, userProcedure } from '../trpc.ts';
import { signInAsGuest, signInByLink } from './guests.ts';
import { login } from './login.ts';
import { getNotifications, unsubscribe, updateNotifications } from './notification-settings.ts';
import { phoneRouter } from './phone-router.ts';
import {
  mayAskForProof,
  requestEmailVerification,
  requestPasswordReset,
  resetPassword,
  verifyEmail,
} from './recovery.ts';
import { refresh } from './refresh.ts';
import {
  BookingLinkToken,
  ChangePassword,
  LoggedOut,
  Login,
  Logout,
  MailSent,
  NotificationSettings,
  OpenedSession,
  PasswordChanged,
  PasswordReset,
  Refresh,
  Register,
  RequestPasswordReset,
  ResetPassword,
  SignedIn,
  Unsubscribe,
  Unsubscribed,
  UpdateMe,
  UpdateNotifications,
  User,
  VerifyEmail,
} from './schema.ts';
import { secondFactorRouter } from './second-factor-router.ts';
import { changePassword, getMe, logout, preparePassword, register, updateMe } from './service.ts';
import type { PreparedPassword } from './service.ts';
import { tokensOf } from './session.ts';
import { sessionsRouter } from './sessions-router.ts';

/** What is kept for a repetition is the session, and not its token. */
const passwordChange = idempotentInSteps<
  UserContext & Pick<RequestContext, 'idempotencyKey'>,
  ChangePassword,
  OpenedSession,
  PreparedPassword
>(OpenedSession, {
  prepare: ({ ctx, input }) => preparePassword(ctx, input),
  effect: ({ ctx }, prepared) => changePassword(ctx, prepared),
});

const proofRequest = idempotent<
  UserContext & Pick<RequestContext, 'idempotencyKey'>,
  unknown,
  { sent: true }
>(MailSent, ({ ctx }) => requestEmailVerification(ctx));

export const authRouter = {
  /** Creates an account and signs it in. */
  register: authProcedure
    .meta({
      ...route(
        'POST /auth/register',
        'Create an account',
        'Creates an account with the role `user` and signs it in. The e-mail address is trimmed ' +
          'and compared ignoring case. The password has 8 to 128 characters of ' +
          'any script; common ones are refused.',
      ),
      successStatus: 201,
      message: 'Account created.',
      refusals: ['EMAIL_TAKEN'],
    })
    .input(Register)
    .output(SignedIn)
    .mutation(({ ctx, input }) => register(ctx, input)),

  /** Signs in and returns an access token. */
  login: authProcedure
    .meta({
      ...route(
        'POST /auth/login',
        'Sign in',
        'Returns an access token for the `Authorization: Bearer` header. After ten failed ' +
          'attempts of one address on one account within 15 minutes, further ones are refused. Where the ' +
          'account has a second factor, `code` is needed too.',
      ),
      message: 'Signed in.',
      refusals: ['INVALID_CREDENTIALS', 'SECOND_FACTOR_REQUIRED'],
    })
    .input(Login)
    .output(SignedIn)
    .mutation(({ ctx, input }) => login(ctx, input)),

  /** Signs in a customer without an account. */
  guest: authProcedure
    .meta({
      ...route(
        'POST /auth/guest',
        'Continue as a guest',
        'Creates a user with the role `guest`, without e-mail address and password, and signs it ' +
          'in for 24 hours. A guest locks, buys and cancels seats as other customers do.',
      ),
      successStatus: 201,
      message: 'Signed in as a guest.',
    })
    .input(NoInput)
    .output(SignedIn)
    .mutation(({ ctx }) => signInAsGuest(ctx)),

  /** Signs in the guest to whom a link was mailed. */
  link: authProcedure
    .meta({
      ...route(
        'POST /auth/link',
        'Sign in by a mailed link',
        'Takes the token of the link in the mail to a guest, and signs in the guest who made that ' +
          'reservation. Usable until a day after the show, and more than once.',
      ),
      message: 'Signed in.',
      refusals: ['LINK_INVALID'],
    })
    .input(BookingLinkToken)
    .output(SignedIn)
    .mutation(({ ctx, input }) => signInByLink(ctx, input)),

  /** Mails a link that sets a new password, if there is an account with the address. */
  requestPasswordReset: authProcedure
    .meta({
      ...route(
        'POST /auth/request-password-reset',
        'Ask for a new password',
        'Mails a link that sets a new password, once and within 30 minutes. The response is the same ' +
          'whether or not there is an account with the address. An address gets five mails an hour.',
      ),
      message: 'If there is an account with this address, a mail comes.',
    })
    .input(RequestPasswordReset)
    .output(MailSent)
    .mutation(({ ctx, input }) => requestPasswordReset(ctx, input)),

  /** Sets a new password by the token of a mailed link. */
  resetPassword: authProcedure
    .meta({
      ...route(
        'POST /auth/reset-password',
        'Set a new password',
        'Takes the token of the mailed link. Ends all sessions, forgets failed sign-ins, and proves the ' +
          'address. Sign in with the new password afterwards.',
      ),
      message: 'Password changed.',
      refusals: ['LINK_INVALID'],
    })
    .input(ResetPassword)
    .output(PasswordReset)
    .mutation(({ ctx, input }) => resetPassword(ctx, input)),

  /** Mails the caller a link that proves the address. */
  requestEmailVerification: accountProcedure
    .meta({
      ...route(
        'POST /auth/request-email-verification',
        'Ask for the mail that proves your address',
        'Mails a link that works for a day. A new account gets one by itself. Nothing is mailed when the ' +
          'address is proven already.',
      ),
      message: 'A mail comes.',
    })
    .input(NoInput)
    .output(MailSent)
    .mutation(async (call) =>
      (await mayAskForProof(call.ctx)) ? proofRequest(call) : { sent: true as const },
    ),

  /** Proves an address by the token of a mailed link. */
  verifyEmail: authProcedure
    .meta({
      ...route(
        'POST /auth/verify-email',
        'Prove your address',
        'Takes the token of the mailed link. What guests have booked with the address belongs to the ' +
          'account from now on. May be repeated.',
      ),
      message: 'The address is proven.',
      refusals: ['LINK_INVALID'],
    })
    .input(VerifyEmail)
    .output(User)
    .mutation(({ ctx, input }) => verifyEmail(ctx, input)),

  /** Renews a session by its refresh token. */
  refresh: authProcedure
    .meta({
      ...route(
        'POST /auth/refresh',
        'Renew your session',
        'Returns a new access token, and a new refresh token in place of the one that you send. For 30 ' +
          'seconds the same one gets the same response again; used later, it ends the session, because two ' +
          'clients have it. A session ends after 30 days without a renewal, and after 180 days in any case.',
      ),
      message: 'Session renewed.',
      refusals: ['TOKEN_EXPIRED', 'TOKEN_INVALID'],
    })
    .input(Refresh)
    .output(SignedIn)
    .mutation(({ ctx, input }) => refresh(ctx, input)),

  sessions: sessionsRouter,
  secondFactor: secondFactorRouter,
  ...phoneRouter,

  /** The caller's own account. */
  me: userProcedure
    .meta(route('GET /auth/me', 'Read your own account', 'The account of the token.'))
    .input(NoInput)
    .output(User)
    .query(({ ctx }) => getMe(ctx)),

  /** Changes the caller's names; `null` clears one. */
  updateMe: accountProcedure
    .meta(
      route(
        'PUT /auth/me',
        'Change your own account',
        'Fields that are left out stay; `null` clears a name.',
      ),
    )
    .input(UpdateMe)
    .output(User)
    .mutation(idempotent(User, ({ ctx, input }) => updateMe(ctx, input))),

  /** What the caller wants to be sent. */
  notifications: userProcedure
    .meta(
      route(
        'GET /auth/notifications',
        'Read what you are sent',
        'Mails about your bookings and your account are always sent; reminders, news and SMS are yours to ' +
          'choose.',
      ),
    )
    .input(NoInput)
    .output(NotificationSettings)
    .query(({ ctx }) => getNotifications(ctx)),

  /** Changes what the caller wants to be sent. */
  updateNotifications: userProcedure
    .meta(
      route(
        'PUT /auth/notifications',
        'Choose what you are sent',
        'Fields that are left out stay. Mails about your bookings and your account cannot be turned off.',
      ),
    )
    .input(UpdateNotifications)
    .output(NotificationSettings)
    .mutation(
      idempotent(NotificationSettings, ({ ctx, input }) => updateNotifications(ctx, input)),
    ),

  /** Ends this session, or with `everywhere` all sessions of the caller. */
  logout: userProcedure
    .meta({
      ...route(
        'POST /auth/logout',
        'Sign out',
        'The token, or with `everywhere` every token of the user, is refused from now on.',
      ),
      message: 'Signed out.',
    })
    .input(Logout)
    .output(LoggedOut)
    .mutation(idempotent(LoggedOut, ({ ctx, input }) => logout(ctx, input))),

  /** Sets a new password, ends all sessions and opens a new one. */
  changePassword: accountProcedure
    .meta({
      ...route(
        'POST /auth/change-password',
        'Change your password',
        'Ends all sessions, this one too, and returns the token of a new one. A wrong current ' +
          'password is a validation error, and counts as a failed sign-in.',
      ),
      message: 'Password changed.',
      refusals: ['RATE_LIMITED'],
    })
    .input(ChangePassword)
    .output(PasswordChanged)
    .mutation(async (call) => {
      const opened = await passwordChange(call);
      return { changed: true as const, ...tokensOf(call.ctx.app, opened) };
    }),
};

/** What the host calls for mail programs and its page. */
export const unsubscribeRouter = {
  unsubscribe: publicProcedure
    .meta({ refusals: ['LINK_INVALID'] })
    .input(Unsubscribe)
    .output(Unsubscribed)
    .mutation(({ ctx, input }) => unsubscribe(ctx, input)),
};
