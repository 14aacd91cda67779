import type {
  AuthRegisterInput,
  MoviesCreateInput,
  MoviesUpdateInput,
  Reservation,
  Seat,
  ShowtimesCreateInput,
  ShowtimesUpdateInput,
  TheatersCreateInput,
  TheatersUpdateInput,
  TheaterSeat,
  User,
} from './types.ts';

/*
 * Shorter names for some of the types of the API.
 */

export type Role = User['role'];
export type SeatType = TheaterSeat['seatType'];
export type SeatStatus = Seat['status'];
export type ReservationStatus = Reservation['status'];

export type RegisterInput = AuthRegisterInput;
export type CreateMovieInput = MoviesCreateInput;
export type UpdateMovieInput = MoviesUpdateInput;
export type CreateTheaterInput = TheatersCreateInput;
export type UpdateTheaterInput = TheatersUpdateInput;
export type CreateShowtimeInput = ShowtimesCreateInput;
export type UpdateShowtimeInput = ShowtimesUpdateInput;
