import type { App } from '../app.ts';
import { canMailLinks, unsubscriptionOf } from '../auth/mailed-links.ts';
import { queryOne, statement } from '../db/query.ts';
import { jsonOf } from '../db/row.ts';
import type { RowOf } from '../db/row.ts';
import { languageOf } from '../language/language.ts';
import type { Language } from '../language/language.ts';
import type { Fact } from '../outbox/facts.ts';
import { databaseOf } from '../service-context.ts';
import type { ServiceContext } from '../service-context.ts';
import { mailFor } from './mail-for.ts';
import type { Letter } from './mail-for.ts';
import { atTheDoor, linksOf, reservationById } from './reservation-mails.ts';
import type { BookedShow } from './reservation-mails.ts';
import { sendOptionalMail } from './send.ts';

/** How long before a show its customers are reminded. */
const before = `interval '24 hours'`;

/** Shows in one run, each with some hundred reservations: a minute later come the next. */
const mostShows = 100;

/**
 * Writes a fact for each reservation of the shows that begin within a day and have not been looked at for
 * this start: a show that is moved is looked at again. Reservations that were made within the day before
 * the start need no reminder. Locks no row that a customer waits for. `now()` and not the running clock, with
 * which no index could be read.
 */
export const remind = statement(
  `with near as (
     select id, start_time from showtimes
     where start_time > now() and start_time <= now() + ${before}
       and cancelled_at is null and archived_at is null
       and reminded_for is distinct from start_time
     order by start_time, id limit ${mostShows} for no key update skip locked
   ), due as (
     select r.id, to_char(near.start_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as start
     from near join reservations r on r.showtime_id = near.id join users u on u.id = r.user_id
     where r.status = 'confirmed' and r.created_at <= near.start_time - ${before}
       and (r.contact_email is not null or u.role <> 'guest')
   ), facts as (
     insert into outbox (id, kind, key, payload, created_at)
     select gen_random_uuid(), 'reminder.due', 'reminder.due:' || id || ':' || start,
       jsonb_build_object('reservationId', id, 'startTime', start), clock_timestamp()
     from due on conflict (key) do nothing returning 1
   ), looked_at as (
     update showtimes s set reminded_for = near.start_time from near where s.id = near.id
   )
   select (select count(*)::int from near) as shows, (select count(*)::int from facts) as reminders`,
  { shows: 'int', reminders: 'int' },
);

/**
 * Writes which customers are to be reminded of their shows; the worker mails and texts them. Nothing where
 * no text messages are sent and no mail, or its links would lead nowhere: customers could not end it.
 */
export async function writeReminders(app: App): Promise<{ shows: number; reminders: number }> {
  if (!canMailLinks(app) && !app.sendsTexts) {
    return { shows: 0, reminders: 0 };
  }
  const written = await queryOne(databaseOf(app), remind);
  if (written.reminders > 0) {
    app.outbox.wake();
  }
  return written;
}

/**
 * The seats that are left of a reservation, and whether its customer wants a reminder. For the own address
 * of an account its settings decide; another address may have unsubscribed by itself.
 */
const wishesRow = { seats: jsonOf<string[]>(), wantsReminder: 'bool', phone: 'text?' } as const;

const wishes = statement(
  `select (
       select json_agg(s.row_label || s.seat_number order by s.row_index, s.position)
       from reservation_seats rs join seats s on s.id = rs.seat_id
       where rs.reservation_id = r.id and rs.cancelled_at is null) as seats,
     case
       when u.role <> 'guest' and lower(coalesce(r.contact_email, u.email)) = lower(u.email)
         then coalesce(n.reminders, a.address is null)
       else coalesce(n.reminders, true) and a.address is null
     end as "wantsReminder",
     case when n.sms then n.phone end as phone
   from reservations r join users u on u.id = r.user_id
   left join notification_settings n on n.user_id = u.id
   left join unsubscribed_addresses a on a.address = lower(coalesce(r.contact_email, u.email))
   where r.id = $1`,
  wishesRow,
);

/** A reminder that is due, as the reservation is now. */
interface DueReminder extends RowOf<typeof wishesRow> {
  booked: BookedShow;
}

/** What is to be sent for a fact, or why nothing is: the show must still come as it was. */
async function dueReminder(
  ctx: ServiceContext,
  { payload: { reservationId, startTime } }: Fact<'reminder.due'>,
): Promise<DueReminder | string> {
  const booked = await queryOne(ctx, reservationById, [reservationId]);
  if (booked.status !== 'confirmed') {
    return 'the reservation was cancelled before the reminder was sent';
  }
  if (booked.startTime.getTime() !== new Date(startTime).getTime()) {
    return 'the show was moved before the reminder was sent';
  }
  if (booked.startTime <= ctx.app.clock()) {
    return 'the show has begun';
  }
  return { ...(await queryOne(ctx, wishes, [reservationId])), booked };
}

/** Reminds a customer of a show by mail, if it is still to come as it was and the customer wants it. */
export async function sendReminder(
  ctx: ServiceContext,
  fact: Fact<'reminder.due'>,
): Promise<string | undefined> {
  if (!canMailLinks(ctx.app)) {
    return 'no mail is sent, or its links would lead nowhere';
  }
  const due = await dueReminder(ctx, fact);
  if (typeof due === 'string') {
    return due;
  }
  const { booked, seats, wantsReminder } = due;
  if (!wantsReminder) {
    return 'the customer wants no reminders';
  }
  if (booked.email === null) {
    return 'the customer has given no e-mail address';
  }
  const { email, firstName } = booked;
  const language = languageOf(booked.locale);
  const letter = reminderOf(ctx, { booked, seats, language });
  return sendOptionalMail(ctx, mailFor(fact, { email, firstName, words: language.words }, letter));
}

/** The same by SMS, to a number that the owner of the account has proven. */
export async function sendReminderText(
  ctx: ServiceContext,
  fact: Fact<'reminder.due'>,
): Promise<string | undefined> {
  if (!ctx.app.sendsTexts) {
    return 'no SMS configured';
  }
  const due = await dueReminder(ctx, fact);
  if (typeof due === 'string') {
    return due;
  }
  const { booked, seats, phone } = due;
  if (phone === null) {
    return 'the customer wants no text messages';
  }
  const { words, time } = languageOf(booked.locale);
  const body = words.reminderText({
    ...booked,
    when: time(booked.startTime, booked.timezone),
    seats: seats.join(', '),
  });
  return ctx.app.texter.send({ to: phone, body });
}

function reminderOf(
  ctx: ServiceContext,
  { booked, seats, language }: { booked: BookedShow; seats: string[]; language: Language },
): Letter {
  const { words, time } = language;
  const { closing, ...around } = words.reminder(booked);
  return {
    ...around,
    facts: [
      [words.facts.reference, booked.reference],
      [words.facts.movie, booked.movie],
      [words.facts.starts, time(booked.startTime, booked.timezone)],
      [words.facts.theater, booked.theater],
      [words.facts.seats(seats.length), seats.join(', ')],
    ],
    links: linksOf(ctx, booked, language),
    closing: `${atTheDoor(ctx, language)} ${closing}`,
    unsubscription: unsubscriptionOf(ctx, booked.id),
  };
}
