import type { Procedures } from '@matinee/api';
import type { InputOf, OutputOf, Procedure } from './procedures.ts';

type InputsOf<Record> = {
  [Key in keyof Record]: Record[Key] extends Procedure
    ? InputOf<Record[Key]>
    : InputsOf<Record[Key]>;
};
type OutputsOf<Record> = {
  [Key in keyof Record]: Record[Key] extends Procedure
    ? OutputOf<Record[Key]>
    : OutputsOf<Record[Key]>;
};

/** What the procedures take, by path: `Inputs['showtimes']['create']`. */
export type Inputs = InputsOf<Procedures>;
type Outputs = OutputsOf<Procedures>;

type Answer<Group extends keyof Outputs, Name extends keyof Outputs[Group]> = Outputs[Group][Name];
type Report<Name extends keyof Outputs['admin']['reports']> = Outputs['admin']['reports'][Name];
type ItemOf<List> = List extends { items: (infer Item)[] } ? Item : never;
type Element<List> = List extends (infer Item)[] ? Item : never;

/*
 * Interfaces, so that editors and messages say `Movie` instead of writing it out. Nothing is said
 * here a second time: each is what the router answers.
 */

export interface User extends Answer<'auth', 'me'> {}
export interface SignedIn extends Answer<'auth', 'login'> {}
export interface Movie extends Answer<'movies', 'get'> {}
export interface Genre extends Element<Answer<'movies', 'genres'>> {}
/** A theater as lists show it. */
export interface Theater extends ItemOf<Answer<'theaters', 'list'>> {}
export interface TheaterWithSeats extends Answer<'theaters', 'get'> {}
export interface TheaterSeat extends Element<TheaterWithSeats['seats']> {}
export interface Showtime extends Answer<'showtimes', 'get'> {}
/** What a cancelled show took along. */
export interface CancelledShowtime extends Answer<'showtimes', 'cancel'> {}
export interface SeatMap extends Answer<'showtimes', 'seats'> {}
/** A seat of a seat map. */
export interface Seat extends Element<SeatMap['seats']> {}
export interface SeatLock extends Answer<'showtimes', 'lockSeats'> {}
export interface UnlockedSeats extends Answer<'showtimes', 'unlockSeats'> {}
export interface Reservation extends Answer<'reservations', 'get'> {}
/** Your live locks in one showtime. */
export interface HeldLocks extends Element<Answer<'reservations', 'listLocks'>> {}
/** A reservation as administrators see it: with who bought it. */
export interface ReservationWithUser extends ItemOf<Outputs['admin']['reservations']['list']> {}
/** A mail or another delivery of the outbox, as administrators see it. */
export interface Delivery extends ItemOf<Outputs['admin']['outbox']['list']> {}
/** An entry of the audit log, as administrators see it. */
export interface AuditEvent extends ItemOf<Outputs['admin']['audit']['list']> {}
export interface CapacityReport extends Report<'capacity'> {}
export interface RevenueReport extends Report<'revenue'> {}
export interface PopularMoviesReport extends Report<'popularMovies'> {}
export interface OccupancyReport extends Report<'occupancy'> {}
export interface Status extends Answer<'admin', 'status'> {}
/** What every delete answers. */
export interface Deleted extends Answer<'movies', 'delete'> {}

export type Role = User['role'];
export type SeatType = TheaterSeat['seatType'];
export type SeatStatus = Seat['status'];
export type ReservationStatus = Reservation['status'];

export type RegisterInput = Inputs['auth']['register'];
export type CreateMovieInput = Inputs['movies']['create'];
export type UpdateMovieInput = Inputs['movies']['update'];
export type CreateTheaterInput = Inputs['theaters']['create'];
export type UpdateTheaterInput = Inputs['theaters']['update'];
export type CreateShowtimeInput = Inputs['showtimes']['create'];
export type UpdateShowtimeInput = Inputs['showtimes']['update'];
