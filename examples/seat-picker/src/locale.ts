const { locale: browsers } = new Intl.DateTimeFormat().resolvedOptions();

/** The page is in English: dates and amounts are written in the customer's kind of English. */
export const locale = browsers.startsWith('en') ? browsers : 'en';
