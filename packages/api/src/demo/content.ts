import type { CreateTheater, SeatFeature, SeatRow, SeatType } from '../theaters/schema.ts';

export const customerNames = [
  'Ada Winter',
  'Bela Roth',
  'Carmen Ortiz',
  'Dev Patel',
  'Elif Kaya',
  'Femi Adeyemi',
  'Greta Lund',
  'Hugo Marchand',
  'Ines Costa',
  'Jun Mori',
  'Kofi Mensah',
  'Lena Vogel',
  'Mira Novak',
  'Nils Berg',
  'Oona Laine',
  'Pablo Reyes',
  'Quinn Doyle',
  'Rosa Bianchi',
];

/** A theater to build, and when it plays. */
export interface TheaterPlan extends Omit<CreateTheater, 'siteId'> {
  /** Whether it is at the second site. */
  isRiverside?: true;
  turnaroundMinutes: number;
  /** Local minutes from midnight. */
  opens: number;
  lastStart: number;
  /** Evening price by seat type, in minor units; afternoons are cheaper. */
  prices: Partial<Record<SeatType, number>> & { regular: number };
}

/** A place at each side of the row, with companion seats towards the middle. */
const wheelchairPlaces: Record<number, SeatFeature[]> = {
  1: ['wheelchair', 'noSteps'],
  2: ['companion'],
  3: ['companion'],
  20: ['companion'],
  21: ['companion'],
  22: ['wheelchair', 'noSteps'],
};

/** The seats that stand by two between the gaps of the last row. */
const loveSeats = Object.fromEntries(
  [1, 2, 8, 9, 11, 12, 14, 15, 21, 22].map((position): [number, SeatFeature[]] => [
    position,
    ['pair'],
  ]),
);

/** The second site; the first one is the migration's. */
export const riverside = {
  name: 'Matinee Riverside',
  timezone: 'America/Los_Angeles',
  address: '2 River Road',
  taxRateBp: 950,
  refundPolicy: { tiers: [{ hoursBefore: 0, percent: 100 }], feeRefundable: true },
  businessDayStartsAt: '06:00',
};

export const theaterList: TheaterPlan[] = [
  {
    name: 'Harbor Street, Grand Hall',
    timezone: 'America/New_York',
    turnaroundMinutes: 20,
    opens: 13 * 60,
    lastStart: 21 * 60 + 30,
    prices: { regular: 1450, premium: 1750, vip: 2400 },
    rows: [
      ...rowsOf('ABC', { positions: 22, gaps: [1, 2, 7, 16, 21, 22] }),
      ...rowsOf('D', { positions: 22, gaps: [7, 16], features: wheelchairPlaces }),
      ...rowsOf('E', { positions: 22, gaps: [7, 16], numbering: 'right' }),
      ...rowsOf('FGH', { positions: 22, gaps: [7, 16] }),
      ...rowsOf('JKLM', { positions: 22, gaps: [7, 16], seatType: 'premium', broken: 'K9' }),
      ...rowsOf('N', { positions: 22, gaps: [3, 7, 10, 13, 16, 20], seatType: 'vip' }),
      ...rowsOf('P', {
        positions: 22,
        gaps: [3, 7, 10, 13, 16, 20],
        seatType: 'vip',
        features: loveSeats,
      }),
    ],
  },
  {
    name: 'Harbor Street, Studio',
    timezone: 'America/New_York',
    turnaroundMinutes: 10,
    opens: 15 * 60,
    lastStart: 22 * 60,
    prices: { regular: 1100 },
    rows: rowsOf('ABCDEF', { positions: 9, gaps: [3] }),
  },
  {
    name: 'Mission Court, Screen 1',
    isRiverside: true,
    timezone: 'America/Los_Angeles',
    turnaroundMinutes: 15,
    opens: 12 * 60 + 30,
    lastStart: 21 * 60 + 45,
    prices: { regular: 1300, premium: 1600 },
    rows: [
      ...rowsOf('A', { positions: 15, gaps: [1, 2, 8, 14, 15] }),
      ...rowsOf('BC', { positions: 15, gaps: [1, 8, 15] }),
      ...rowsOf('DEFG', { positions: 15, gaps: [8] }),
      ...rowsOf('HJ', { positions: 15, gaps: [8], seatType: 'premium' }),
    ],
  },
];

export type MovieRow = [
  title: string,
  genre: string,
  durationMinutes: number,
  releaseDate: string,
  contentRating: string,
  description: string,
];

/** Classics, described in our own words. */
export const movieList: readonly MovieRow[] = [
  [
    'Nosferatu',
    'Horror',
    94,
    '1922-03-04',
    'NR',
    'A clerk sells a house to a count who sleeps by day, and the plague moves in with him.',
  ],
  [
    'The General',
    'Comedy',
    79,
    '1926-12-31',
    'NR',
    'An engine driver loses two loves to the war, a girl and a locomotive, and goes after both.',
  ],
  [
    'Metropolis',
    'Science Fiction',
    153,
    '1927-01-10',
    'NR',
    'Those who think live above, those who work live below, and a machine is made to divide them.',
  ],
  [
    'City Lights',
    'Comedy',
    87,
    '1931-01-30',
    'G',
    'A tramp lets a blind flower seller believe that he is rich, and then has to act like it.',
  ],
  [
    'Modern Times',
    'Comedy',
    87,
    '1936-02-05',
    'G',
    'A factory worker is fed by a machine, swallowed by another, and walks off down the road.',
  ],
  [
    'His Girl Friday',
    'Comedy',
    92,
    '1940-01-18',
    'NR',
    'An editor has until the night train to win back his best reporter, who was once his wife.',
  ],
  [
    'Casablanca',
    'Drama',
    102,
    '1942-11-26',
    'PG',
    'Two exit visas, one café, and the woman who did not come to the station in Paris.',
  ],
  [
    "Singin' in the Rain",
    'Musical',
    103,
    '1952-04-11',
    'G',
    'Sound comes to the pictures, and a star with the wrong voice needs the right one in secret.',
  ],
  [
    'Seven Samurai',
    'Action',
    207,
    '1954-04-26',
    'NR',
    'A village that has nothing to offer but rice hires seven swords against forty bandits.',
  ],
  [
    'Rear Window',
    'Thriller',
    112,
    '1954-09-01',
    'PG',
    'A photographer with a broken leg watches the courtyard and counts one wife too few.',
  ],
  [
    'Charade',
    'Thriller',
    113,
    '1963-12-05',
    'NR',
    'A widow in Paris is missing a fortune and meets a helpful man with a new name every day.',
  ],
  [
    'Night of the Living Dead',
    'Horror',
    96,
    '1968-10-01',
    'NR',
    'Seven strangers board up a farmhouse; what is outside is slow, but there is more of it.',
  ],
];

interface RowPlan {
  positions: number;
  gaps: number[];
  seatType?: SeatType;
  /** Row and position of a seat that is out of order. */
  broken?: string;
  numbering?: SeatRow['numbering'];
  /** By position. */
  features?: Record<number, SeatFeature[]>;
}

/** Equal rows, one for each letter. */
function rowsOf(labels: string, plan: RowPlan): SeatRow[] {
  const { positions, gaps, seatType = 'regular', broken, numbering = 'left' } = plan;
  return labels.split('').map((label) => {
    const overrides: SeatRow['overrides'] = gaps.map((position) => ({ position, gap: true }));
    if (broken?.startsWith(label)) {
      overrides.push({ position: Number(broken.slice(1)), outOfOrder: true });
    }
    for (const [position, features] of Object.entries(plan.features ?? {})) {
      overrides.push({ position: Number(position), features });
    }
    return { label, seats: positions, numbering, seatType, overrides };
  });
}
