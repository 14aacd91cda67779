import type { Catalogue } from './catalogue.ts';

export const german: Catalogue = {
  language: 'de',
  salutation: (firstName) => (firstName === null ? 'Guten Tag,' : `Guten Tag ${firstName},`),
  moment: (date, time) => `${date}, ${time}`,
  colon: ': ',
  facts: {
    reference: 'Buchungsnummer',
    movie: 'Film',
    starts: 'Beginn',
    theater: 'Saal',
    seats: (count) => (count === 1 ? 'Platz' : 'Plätze'),
    total: 'Summe',
    refund: 'Erstattung',
    reason: 'Grund',
    givenBack: 'Zurückgegeben',
    insteadOf: (seat) => `Statt ${seat}`,
    when: 'Zeitpunkt',
    address: 'Adresse',
  },
  links: {
    booking: 'Ihre Buchung ansehen',
    tickets: 'Ihre Tickets',
    resetPassword: 'Neues Passwort festlegen',
    verifyEmail: 'Adresse bestätigen',
    unsubscribe: 'Keine Erinnerungen und Neuigkeiten mehr',
  },
  atTheDoor: {
    tickets: 'Zeigen Sie Ihre Tickets am Einlass vor, auf Papier oder auf dem Telefon.',
    reference: 'Nennen Sie am Einlass die Buchungsnummer.',
  },
  confirmation: ({ movie, reference }) => ({
    subject: `Ihre Plätze für ${movie}: ${reference}`,
    opening: `Ihre Plätze für „${movie}“ sind gebucht.`,
    closing: 'Bis zum Beginn der Vorstellung können Sie stornieren.',
  }),
  reminder: ({ movie, reference }) => ({
    subject: `Bald ist Ihre Vorstellung: ${movie}, ${reference}`,
    opening: `Wir erinnern Sie an Ihre Plätze für „${movie}“.`,
    closing: 'Falls Sie nicht kommen können, können Sie bis zum Beginn der Vorstellung stornieren.',
  }),
  reminderText: ({ movie, when, theater, seats, reference }) =>
    `Erinnerung: ${movie}, ${when}, ${theater}, ${seats}. Buchung ${reference}. Mit STOP bestellen Sie ab.`,
  phoneCode: (code) => `${code} ist Ihr Code. Er gilt 10 Minuten. Geben Sie ihn nicht weiter.`,
  newTickets: ({ movie, reference }) => ({
    subject: `Neue Tickets für ${movie}: ${reference}`,
    opening: `Ihre Tickets für „${movie}“ wurden neu ausgestellt.`,
    closing: 'Früher zugesandte Tickets gelten am Einlass nicht mehr.',
  }),
  newSeats: ({ movie, reference }) => ({
    subject: `Ihre neuen Plätze für ${movie}: ${reference}`,
    opening: `Sie sitzen jetzt woanders: Ihre Plätze für „${movie}“ wurden geändert.`,
    closing: 'Die Buchungsnummer bleibt dieselbe.',
  }),
  partialCancellation: ({ movie, reference }) => ({
    subject: `Plätze zurückgegeben: ${movie}, ${reference}`,
    opening: `Ein Teil Ihrer Plätze für „${movie}“ wurde storniert.`,
    closing: 'Ihre übrigen Plätze behalten Sie.',
  }),
  cancellation: (cause, { movie, reference }) => ({
    subject: `Storniert: ${movie}, ${reference}`,
    ...{
      cancelled: {
        opening: `Ihre Buchung für „${movie}“ wurde storniert.`,
        closing: 'Ihre Plätze sind wieder im Verkauf.',
      },
      show_cancelled: {
        opening: `Es tut uns leid: Die Vorstellung von „${movie}“ fällt aus, und mit ihr Ihre Buchung.`,
        closing: 'Sie müssen nichts tun.',
      },
      payment_expired: {
        subject: `Zahlung nicht abgeschlossen: ${movie}, ${reference}`,
        opening: `Ihre Zahlung für „${movie}“ wurde nicht rechtzeitig abgeschlossen, und Ihre Plätze wurden freigegeben.`,
        closing: 'Ihnen wurde nichts berechnet. Die Plätze sind wieder im Verkauf.',
      },
      wrong_amount: {
        subject: `Zahlung nicht abgeschlossen: ${movie}, ${reference}`,
        opening: `Es tut uns leid: Ihre Zahlung für „${movie}“ entsprach nicht dem Betrag Ihrer Buchung, die damit erloschen ist.`,
        closing: 'Ihr Geld ist auf dem Weg zurück zu Ihnen. Sie müssen nichts tun.',
      },
      seats_gone: {
        opening:
          `Es tut uns leid: Ihre Zahlung für „${movie}“ kam zu spät, und andere haben die Plätze ` +
          'gekauft.',
        closing: 'Ihr Geld ist auf dem Weg zurück zu Ihnen. Sie müssen nichts tun.',
      },
    }[cause],
  }),
  passwordReset: {
    subject: 'Neues Passwort festlegen',
    opening:
      'Sie haben ein neues Passwort angefordert. Der Link funktioniert einmal, 30 Minuten lang.',
    closing: 'Falls Sie das nicht waren, tun Sie nichts: Ihr Passwort bleibt, wie es ist.',
  },
  emailProof: {
    subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
    opening:
      'Mit dieser Adresse wurde ein Konto angelegt. Falls es Ihres ist, bestätigen Sie die Adresse innerhalb eines Tages.',
    closing:
      'Was Sie als Gast mit dieser Adresse gebucht haben, finden Sie dann in Ihrem Konto. Falls es nicht Ihres ist, tun Sie nichts.',
  },
  passwordChanged: {
    subject: 'Ihr Passwort wurde geändert',
    opening: 'Ihr Passwort wurde geändert, und alle Geräte wurden abgemeldet.',
    closing:
      'Falls Sie das nicht waren, legen Sie ein neues fest: „Passwort vergessen“ bei der Anmeldung.',
  },
  secondFactorAdded: {
    subject: 'Die Anmeldung braucht jetzt einen Code',
    opening:
      'Ihr Konto hat jetzt einen zweiten Faktor: Die Anmeldung braucht einen Code Ihrer Authenticator-App.',
    closing:
      'Bewahren Sie Ihre Wiederherstellungscodes sicher auf. Falls Sie das nicht waren, wenden Sie sich an das Kino.',
  },
  secondFactorRemoved: {
    subject: 'Die Anmeldung braucht keinen Code mehr',
    opening:
      'Der zweite Faktor Ihres Kontos wurde entfernt: Für die Anmeldung genügt wieder Ihr Passwort.',
    closing:
      'Falls Sie das nicht waren, legen Sie ein neues Passwort fest, und wenden Sie sich an das Kino.',
  },
  webhookDisabled: (reason) => ({
    subject: 'Ein Webhook wurde abgeschaltet',
    opening:
      reason === 'gone'
        ? 'Ein Webhook wurde abgeschaltet, weil sein Empfänger geantwortet hat, dass es ihn nicht mehr gibt (410).'
        : 'Ein Webhook wurde abgeschaltet, weil seit fünf Tagen kein Ereignis seinen Empfänger erreicht hat.',
    closing:
      'Beheben Sie den Fehler beim Empfänger, schalten Sie den Webhook wieder ein und senden Sie, was nicht ' +
      'ankam, noch einmal: „matinee webhooks replay --failed“.',
  }),
};
