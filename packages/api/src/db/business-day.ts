/**
 * How long after midnight the business day of a site begins, in SQL. Taken from the local time of a
 * start, it leaves a time of the business day that the show belongs to.
 *
 * @param site the alias of `sites`
 */
export function dayStartOf(site: string): string {
  return `coalesce(${site}.business_day_starts_at, '00:00')::interval`;
}
