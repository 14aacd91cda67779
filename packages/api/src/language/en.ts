import type { Catalogue } from './catalogue.ts';

export const english: Catalogue = {
  language: 'en',
  salutation: (firstName) => (firstName === null ? 'Hello,' : `Hello ${firstName},`),
  moment: (date, time) => `${date} at ${time}`,
  colon: ': ',
  facts: {
    reference: 'Reference',
    movie: 'Movie',
    starts: 'Starts',
    theater: 'Theater',
    seats: (count) => (count === 1 ? 'Seat' : 'Seats'),
    total: 'Total',
    refund: 'Refund',
    reason: 'Reason',
    givenBack: 'Given back',
    insteadOf: (seat) => `Instead of ${seat}`,
    when: 'When',
    address: 'Address',
  },
  links: {
    booking: 'See your booking',
    tickets: 'Your tickets',
    resetPassword: 'Set a new password',
    verifyEmail: 'Confirm the address',
    unsubscribe: 'No more reminders and news',
  },
  atTheDoor: {
    tickets: 'Show your tickets at the entrance, on paper or on a telephone.',
    reference: 'Show the reference at the entrance.',
  },
  confirmation: ({ movie, reference }) => ({
    subject: `Your seats for ${movie}: ${reference}`,
    opening: `Your seats for ${movie} are booked.`,
    closing: 'You can cancel until the show starts.',
  }),
  reminder: ({ movie, reference }) => ({
    subject: `Your show is near: ${movie}, ${reference}`,
    opening: `This is a reminder of your seats for ${movie}.`,
    closing: 'If you cannot come, you can cancel until the show starts.',
  }),
  reminderText: ({ movie, when, theater, seats, reference }) =>
    `Reminder: ${movie}, ${when}, ${theater}, ${seats}. Reference ${reference}. Reply STOP for no more.`,
  phoneCode: (code) => `${code} is your code. It works for 10 minutes. Give it to no one.`,
  newTickets: ({ movie, reference }) => ({
    subject: `New tickets for ${movie}: ${reference}`,
    opening: `Your tickets for ${movie} have been issued anew.`,
    closing: 'Tickets that you received before no longer work at the entrance.',
  }),
  newSeats: ({ movie, reference }) => ({
    subject: `Your new seats for ${movie}: ${reference}`,
    opening: `You sit elsewhere now: your seats for ${movie} have been changed.`,
    closing: 'The reference is the same as before.',
  }),
  partialCancellation: ({ movie, reference }) => ({
    subject: `Seats given back: ${movie}, ${reference}`,
    opening: `Some of your seats for ${movie} have been cancelled.`,
    closing: 'Your other seats stay yours.',
  }),
  cancellation: (cause, { movie, reference }) => ({
    subject: `Cancelled: ${movie}, ${reference}`,
    ...{
      cancelled: {
        opening: `Your reservation for ${movie} has been cancelled.`,
        closing: 'Your seats are available to other customers again.',
      },
      show_cancelled: {
        opening: `We are sorry: the show of ${movie} has been cancelled, and your reservation with it.`,
        closing: 'You need not do anything.',
      },
      payment_expired: {
        subject: `Payment not completed: ${movie}, ${reference}`,
        opening: `Your payment for ${movie} was not completed in time, and your seats have been released.`,
        closing: 'You have not been charged. The seats are available to other customers again.',
      },
      wrong_amount: {
        subject: `Payment not completed: ${movie}, ${reference}`,
        opening: `We are sorry: your payment for ${movie} was not the amount of your reservation, which has ended.`,
        closing: 'Your money is on its way back to you. You need not do anything.',
      },
      seats_gone: {
        opening:
          `We are sorry: your payment for ${movie} arrived late, and other customers have bought the ` +
          'seats.',
        closing: 'Your money is on its way back to you. You need not do anything.',
      },
    }[cause],
  }),
  passwordReset: {
    subject: 'Set a new password',
    opening: 'You asked for a new password. The link works once, for 30 minutes.',
    closing: 'If it was not you, do nothing: your password stays as it is.',
  },
  emailProof: {
    subject: 'Confirm your e-mail address',
    opening:
      'An account was made with this address. If it is yours, confirm the address within a day.',
    closing:
      'What you have booked as a guest with this address is then in your account. If it is not yours, do nothing.',
  },
  passwordChanged: {
    subject: 'Your password was changed',
    opening: 'Your password was changed, and all devices were signed out.',
    closing: 'If it was not you, set a new one: “Forgot your password?” at the sign-in.',
  },
  secondFactorAdded: {
    subject: 'Signing in needs a code now',
    opening:
      'A second factor was added to your account: signing in needs a code of your authenticator app.',
    closing: 'Keep your recovery codes in a safe place. If it was not you, tell the cinema.',
  },
  secondFactorRemoved: {
    subject: 'Signing in needs no code any more',
    opening:
      'The second factor was removed from your account: your password alone is enough to sign in.',
    closing: 'If it was not you, set a new password, and tell the cinema.',
  },
  webhookDisabled: (reason) => ({
    subject: 'A webhook was disabled',
    opening:
      reason === 'gone'
        ? 'A webhook was disabled because its endpoint answered that it is gone (410).'
        : 'A webhook was disabled because no event has reached its endpoint for five days.',
    closing:
      'Mend the endpoint, enable the webhook, and replay the deliveries that have failed: ' +
      '“matinee webhooks replay --failed”.',
  }),
};
