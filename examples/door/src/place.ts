import type { Showtime } from '@matinee/sdk';

/** The show at this door, as it is kept for a reload without a network. */
export interface Place {
  showtimeId: string;
  movie: string;
  theater: string;
  /** IANA name: all times are those of the clock in the theater. */
  timeZone: string;
  /** "19:30" */
  start: string;
}

/** The name of this device and, if there are several, of the door where it is. */
export interface DeviceNames {
  deviceId: string;
  gate: string;
}

const placeKey = 'door.place';
const namesKey = 'door.names';

export function readPlace(): Place | undefined {
  return read(placeKey) as Place | undefined;
}

export function keepPlace(place: Place): void {
  localStorage.setItem(placeKey, JSON.stringify(place));
}

export function forgetPlace(): void {
  localStorage.removeItem(placeKey);
}

export function readNames(): DeviceNames {
  return (read(namesKey) as DeviceNames | undefined) ?? { deviceId: '', gate: '' };
}

export function keepNames(names: DeviceNames): void {
  localStorage.setItem(namesKey, JSON.stringify(names));
}

export function placeOf({ id, movie, theater, startTime }: Showtime): Place {
  const timeZone = theater.timezone;
  return {
    showtimeId: id,
    movie: movie.title,
    theater: theater.name,
    timeZone,
    start: clockTime(startTime, timeZone),
  };
}

/** "19:42" */
export function clockTime(instant: Date, timeZone: string): string {
  return instant.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
}

function read(key: string): unknown {
  const text = localStorage.getItem(key);
  return text === null ? undefined : JSON.parse(text);
}
