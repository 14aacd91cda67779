import type { CallOptions } from './call.ts';
import { performFile } from './file.ts';
import type { Settings } from './settings.ts';

/** Pictures of theaters. */
export interface TheaterPictures {
  /**
   * The seats of a theater as SVG. A page needs no call: `/api/v1/theaters/{theaterId}/seats.svg` is an address for
   * its `<img>`.
   *
   * @throws MatineeError
   */
  readonly picture: (input: { theaterId: string }, options?: CallOptions) => Promise<Blob>;
}

/** Pictures of showtimes. */
export interface ShowtimePictures {
  /**
   * The seats of a showtime as SVG, with what is free, locked, sold and not for sale. A page needs no call:
   * `/api/v1/showtimes/{showtimeId}/seats.svg` is an address for its `<img>`.
   *
   * @throws MatineeError
   *
   * @example
   * ```ts
   * const { items } = await matinee.showtimes.list();
   * for (const { id: showtimeId, movie } of items) {
   *   const picture = await matinee.showtimes.picture({ showtimeId });
   *   console.log(movie.title, picture.type, picture.size);
   * }
   * ```
   */
  readonly picture: (input: { showtimeId: string }, options?: CallOptions) => Promise<Blob>;
}

export function theaterPictures(settings: Settings): TheaterPictures {
  return {
    picture: ({ theaterId }, options = {}) => {
      const path = `/theaters/${encodeURIComponent(theaterId)}/seats.svg`;
      return performFile(settings, { name: 'theaters.picture', path }, options);
    },
  };
}

export function showtimePictures(settings: Settings): ShowtimePictures {
  return {
    picture: ({ showtimeId }, options = {}) => {
      const path = `/showtimes/${encodeURIComponent(showtimeId)}/seats.svg`;
      return performFile(settings, { name: 'showtimes.picture', path }, options);
    },
  };
}
