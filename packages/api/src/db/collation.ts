/**
 * Sorts a text as people do, in no language in particular: É stands between E and F, and upper case
 * after lower case. Two different texts are never equal in it.
 */
export const asPeopleSort = 'collate "und-x-icu"';
