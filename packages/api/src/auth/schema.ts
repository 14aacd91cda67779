import { z } from 'zod';
import { roles } from '../db/entities/user.ts';
import {
  Count,
  idOf,
  Instant,
  LanguageTag,
  optionalText,
  outputIdOf,
  searchText,
  visible,
} from '../schema.ts';
import { typeNames } from '../type-names.ts';
import { isCommon } from './weak-passwords.ts';

/** Compared ignoring case; longer ones do not fit the column. */
const Email = searchText(255)
  .regex(/^[^\s@"]+@[^\s@.]+(\.[^\s@.]+)+$/u, 'must be an e-mail address')
  .check(visible())
  .meta({ format: 'email', description: 'An e-mail address.', examples: ['ada@example.com'] });

/** Shortest and longest password, in characters of any script. */
const [shortest, longest] = [8, 128];

const NewPassword = z
  .string()
  .refine((password) => password.isWellFormed(), { message: 'must be well-formed text' })
  .refine((password) => lengthOf(password) >= shortest, {
    message: `must have at least ${shortest} characters`,
  })
  .refine((password) => lengthOf(password) <= longest, {
    message: `must have at most ${longest} characters`,
  })
  .refine((password) => !isCommon(password), { message: 'is too common' })
  .meta({
    minLength: shortest,
    maxLength: longest,
    description:
      `${shortest} to ${longest} characters of any script. Common passwords, your own e-mail ` +
      'address and your own name are refused.',
    examples: ['correct-horse-battery'],
  });

/** As it is hashed: in NFC, in characters and not in units of UTF-16. */
export function lengthOf(password: string): number {
  return Array.from(password.normalize('NFC')).length;
}

/** A password that is only compared: of any form, and possibly wrong. */
const Password = z.string().min(1).max(1_000).meta({ description: 'The present password.' });

/** Six digits of an authenticator app, or a recovery code. */
const Code = z.string().min(1).max(100);

export const Register = z.strictObject({
  email: Email,
  password: NewPassword,
  firstName: optionalText(100).meta({ description: 'First name; at most 100 characters.' }),
  lastName: optionalText(100).meta({ description: 'Last name; at most 100 characters.' }),
  locale: LanguageTag.meta({
    description: 'The language of your mails, as a BCP 47 tag.',
  }).optional(),
});
export type Register = z.infer<typeof Register>;

export const Login = z.strictObject({
  email: searchText(255)
    .min(1)
    .meta({ description: 'The e-mail address of the account, ignoring case.' }),
  password: Password,
  code: Code.meta({
    description:
      'The code of the authenticator app, or a recovery code, if the account has a second factor.',
  }).optional(),
});
export type Login = z.infer<typeof Login>;

/** The token of a mailed link. */
const MailedToken = z.string().min(1).max(200).meta({
  description: 'What follows `#token=` in the link of the mail.',
});

export const BookingLinkToken = z.strictObject({ token: MailedToken });
export type BookingLinkToken = z.infer<typeof BookingLinkToken>;

export const RequestPasswordReset = z.strictObject({ email: Email });
export type RequestPasswordReset = z.infer<typeof RequestPasswordReset>;

export const ResetPassword = z.strictObject({ token: MailedToken, newPassword: NewPassword });
export type ResetPassword = z.infer<typeof ResetPassword>;

export const VerifyEmail = z.strictObject({ token: MailedToken });
export type VerifyEmail = z.infer<typeof VerifyEmail>;

export const Unsubscribe = z.strictObject({ token: MailedToken });
export type Unsubscribe = z.infer<typeof Unsubscribe>;

export const Unsubscribed = z.object({ unsubscribed: z.literal(true) });

export const MailSent = z
  .object({ sent: z.literal(true).meta({ description: 'If the address is right, a mail comes.' }) })
  .register(typeNames, { name: 'MailSent' });

export const PasswordReset = z
  .object({ changed: z.literal(true).meta({ description: 'The new password holds.' }) })
  .register(typeNames, { name: 'PasswordReset' });

export const UpdateMe = z.strictObject({
  firstName: optionalText(100).meta({ description: 'First name; at most 100 characters.' }),
  lastName: optionalText(100).meta({ description: 'Last name; at most 100 characters.' }),
  locale: LanguageTag.nullable()
    .meta({ description: 'The language of your mails, as a BCP 47 tag; `null`: English.' })
    .optional(),
});
export type UpdateMe = z.infer<typeof UpdateMe>;

export const Logout = z
  .strictObject({
    everywhere: z
      .boolean()

      .meta({ description: 'End all sessions of the user instead of this one.' })
      .optional(),
  })
  .optional();
export type Logout = z.infer<typeof Logout>;

export const ChangePassword = z.strictObject({
  currentPassword: Password,
  newPassword: NewPassword,
});
export type ChangePassword = z.infer<typeof ChangePassword>;

export const User = z
  .object({
    id: outputIdOf('user'),
    email: z.string().nullable().meta({
      description: 'The e-mail address, which is unique ignoring case; `null` for guests.',
    }),
    firstName: z.string().nullable().meta({ description: 'First name.' }),
    lastName: z.string().nullable().meta({ description: 'Last name.' }),
    emailVerifiedAt: Instant.nullable().meta({
      description: 'When the owner has shown that mail to the address arrives; `null` before.',
    }),
    locale: z.string().nullable().meta({
      description: 'The language of its mails, as a BCP 47 tag; `null`: English.',
    }),
    secondFactorAt: Instant.nullable().meta({
      description:
        'Since when signing in needs a code of an authenticator app; `null`: it does not.',
    }),
    role: z.enum(roles).meta({ description: 'What the account may do.' }),
    disabledAt: Instant.nullable().meta({ description: 'Since when the account cannot sign in.' }),
    createdAt: Instant.meta({ description: 'When the account was created.' }),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

/** What a session is used and renewed with. */
const sessionTokens = {
  accessToken: z.string().meta({ description: 'For `Authorization: Bearer`.' }),
  tokenType: z.literal('bearer').meta({ description: 'How the token is sent.' }),
  expiresIn: Count.meta({ description: 'Seconds until the access token expires.' }),
  refreshToken: z.string().nullable().meta({
    description: 'For `auth.refresh`, once; `null` for guests, whose sessions are not renewed.',
  }),
  refreshExpiresIn: Count.nullable().meta({
    description: 'Seconds until the session ends if it is not renewed; `null` for guests.',
  }),
};
export type SessionTokens = z.infer<z.ZodObject<typeof sessionTokens>>;
export const NotificationSettings = z
  .object({
    reminders: z.boolean().meta({
      description: 'Whether a mail reminds you of each show a day before it starts.',
    }),
    news: z.boolean().meta({ description: 'Whether you want news of the cinema by mail.' }),
    sms: z.boolean().meta({ description: 'Whether you want reminders by SMS as well.' }),
    recommendations: z.boolean().meta({
      description: 'Whether what you saw counts for recommendations, yours and those of others.',
    }),
    phone: z.string().nullable().meta({
      description: 'The proven telephone number for SMS, such as `+4915112345678`; read-only.',
    }),
  })
  .meta({ id: 'NotificationSettings' });
export type NotificationSettings = z.infer<typeof NotificationSettings>;

export const UpdateNotifications = z.strictObject({
  reminders: z
    .boolean()
    .meta({ description: 'Whether a mail reminds you of each show a day before it starts.' })
    .optional(),
  news: z
    .boolean()
    .meta({ description: 'Whether you want news of the cinema by mail.' })
    .optional(),
  sms: z
    .boolean()
    .meta({
      description: 'Whether you want reminders by SMS as well; needs a proven telephone number.',
    })
    .optional(),
  recommendations: z
    .boolean()
    .meta({
      description: 'Whether what you saw counts for recommendations, yours and those of others.',
    })
    .optional(),
});
export type UpdateNotifications = z.infer<typeof UpdateNotifications>;

export const RequestPhoneVerification = z.strictObject({
  phone: z
    .string()
    .min(1)
    .max(50)
    .meta({
      description: 'With its country, such as `+49 151 12345678`.',
      examples: ['+4915112345678'],
    }),
});
export type RequestPhoneVerification = z.infer<typeof RequestPhoneVerification>;

export const TextSent = z
  .object({ sent: z.literal(true).meta({ description: 'A text message with a code comes.' }) })
  .register(typeNames, { name: 'TextSent' });

export const VerifyPhone = z.strictObject({
  code: z.string().min(1).max(20).meta({ description: 'The six digits of the message.' }),
});
export type VerifyPhone = z.infer<typeof VerifyPhone>;

export const SignedIn = z
  .object({ user: User.meta({ description: 'The account.' }), ...sessionTokens })
  .meta({ id: 'SignedIn' });
export type SignedIn = z.infer<typeof SignedIn>;

export const Refresh = z.strictObject({
  refreshToken: z
    .string()
    .min(1)
    .max(2_000)
    .meta({ description: 'The newest one of the session.' }),
});
export type Refresh = z.infer<typeof Refresh>;

export const Session = z
  .object({
    id: outputIdOf('session'),
    createdAt: Instant.meta({ description: 'When it began, with a sign-in.' }),
    lastUsedAt: Instant.meta({ description: 'When it was used last; up to six minutes late.' }),
    userAgent: z.string().nullable().meta({
      description: 'What the client called itself when it signed in; at most 255 characters.',
    }),
    current: z.boolean().meta({ description: 'Whether this call was made in it.' }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

export const Sessions = z.array(Session).register(typeNames, { name: 'Sessions' });

export const RevokeSession = z.strictObject({ sessionId: idOf('session') });
export type RevokeSession = z.infer<typeof RevokeSession>;

export const StartSecondFactor = z.strictObject({ password: Password });
export type StartSecondFactor = z.infer<typeof StartSecondFactor>;

export const SecondFactorStarted = z
  .object({
    secret: z.string().meta({ description: 'In base32, for apps that are typed into.' }),
    otpauthUrl: z.string().meta({ description: 'The same as an address, for a QR code.' }),
  })
  .register(typeNames, { name: 'SecondFactorStarted' });
export type SecondFactorStarted = z.infer<typeof SecondFactorStarted>;

export const ConfirmSecondFactor = z.strictObject({
  code: Code.meta({ description: 'The present code of the authenticator app.' }),
});
export type ConfirmSecondFactor = z.infer<typeof ConfirmSecondFactor>;

export const RecoveryCodes = z
  .object({
    recoveryCodes: z.array(z.string()).meta({
      description: 'Ten codes, each of which replaces the app once. They are not shown again.',
    }),
  })
  .register(typeNames, { name: 'RecoveryCodes' });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

export const RemoveSecondFactor = z.strictObject({
  password: Password,
  code: Code.meta({ description: 'The code of the authenticator app, or a recovery code.' }),
});
export type RemoveSecondFactor = z.infer<typeof RemoveSecondFactor>;

export const SecondFactorRemoved = z
  .object({ removed: z.literal(true).meta({ description: 'Signing in needs no code any more.' }) })
  .register(typeNames, { name: 'SecondFactorRemoved' });

export const LoggedOut = z
  .object({ loggedOut: z.literal(true).meta({ description: 'The session is over.' }) })
  .register(typeNames, { name: 'LoggedOut' });

/** A session that has been opened, as it is kept: its token is made of this, and never stored. */
export const OpenedSession = z.object({
  userId: z.string(),
  /** Empty for guests. */
  email: z.string(),
  role: z.string(),
  sessionId: z.string(),
  issuedAt: z.int(),
  expiresIn: z.int(),
  /** What its refresh token is about, its end in seconds since 1970 and its life; of guests none. */
  refresh: z.object({ generation: z.int(), endsAt: z.int(), expiresIn: z.int() }).exactOptional(),
});
export type OpenedSession = z.infer<typeof OpenedSession>;

export const PasswordChanged = z
  .object({
    changed: z.literal(true).meta({ description: 'The new password holds.' }),
    ...sessionTokens,
  })
  .register(typeNames, { name: 'PasswordChanged' });
export type PasswordChanged = z.infer<typeof PasswordChanged>;
