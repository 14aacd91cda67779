import { NoInput } from '../schema.ts';
import { authProcedure, idempotent, userProcedure } from '../trpc.ts';
import {
  ChangePassword,
  LoggedOut,
  Login,
  Logout,
  PasswordChanged,
  Register,
  SignedIn,
  UpdateMe,
  User,
} from './schema.ts';
import { changePassword, getMe, login, logout, register, updateMe } from './service.ts';

const tags = ['auth'];

export const authRouter = {
  /** Creates an account and signs it in. */
  register: authProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/register',
        tags,
        summary: 'Create an account',
        description:
          'Creates an account with the role `user` and signs it in. The e-mail address is trimmed ' +
          'and compared without case. The password has 8 characters to 72 bytes.',
      },
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
      openapi: {
        method: 'POST',
        path: '/auth/login',
        tags,
        summary: 'Sign in',
        description:
          'Returns an access token for the `Authorization: Bearer` header. After ten failed ' +
          'attempts on one account within 15 minutes further ones are refused.',
      },
      message: 'Signed in.',
      refusals: ['INVALID_CREDENTIALS'],
    })
    .input(Login)
    .output(SignedIn)
    .mutation(({ ctx, input }) => login(ctx, input)),

  /** The caller's own account. */
  me: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/auth/me',
        tags,
        summary: 'Read your own account',
        description: 'Whoever the token belongs to.',
      },
    })
    .input(NoInput)
    .output(User)
    .query(({ ctx }) => getMe(ctx)),

  /** Changes the caller's names; `null` clears one. */
  updateMe: userProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/auth/me',
        tags,
        summary: 'Change your own account',
        description: 'What is left out stays; `null` clears a name.',
      },
    })
    .input(UpdateMe)
    .use(idempotent)
    .output(User)
    .mutation(({ ctx, input }) => updateMe(ctx, input)),

  /** Ends this session, or with `everywhere` all sessions of the caller. */
  logout: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/logout',
        tags,
        summary: 'Sign out',
        description:
          'The token, or with `everywhere` every token of the user, is refused from now on.',
      },
      message: 'Signed out.',
    })
    .input(Logout)
    .use(idempotent)
    .output(LoggedOut)
    .mutation(({ ctx, input }) => logout(ctx, input)),

  /** Sets a new password and ends all other sessions. */
  changePassword: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/auth/change-password',
        tags,
        summary: 'Change your password',
        description: 'Ends all other sessions. A wrong current password is a validation error.',
      },
      message: 'Password changed.',
    })
    .input(ChangePassword)
    .use(idempotent)
    .output(PasswordChanged)
    .mutation(({ ctx, input }) => changePassword(ctx, input)),
};
