/**
 * The customer's language for mails, as a BCP 47 tag. Not `navigator.language`: in some browsers it is no
 * tag, such as `en-US@posix`.
 */
export const { locale: ownLocale } = new Intl.DateTimeFormat().resolvedOptions();

/** The page is in English: dates and amounts are written in the customer's kind of English. */
export const locale = ownLocale.startsWith('en') ? ownLocale : 'en';
