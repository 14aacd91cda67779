/**
 * Sorts a text as people do, in no language in particular: É with E, and case last. Two different
 * texts are never equal in it.
 */
export const asPeopleSort = 'collate "und-x-icu"';
