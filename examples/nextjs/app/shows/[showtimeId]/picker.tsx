'use client';

import { createMatinee } from '@matinee/sdk';
import { MatineeProvider, SeatPicker } from '@matinee/sdk/react';
import { useMemo, useState } from 'react';

/** The seats, live. The browser talks to Matinee itself: the page's origin is in ALLOWED_ORIGINS. */
export function Picker({ showtimeId, url }: { showtimeId: string; url: string }) {
  const matinee = useMemo(
    () => createMatinee({ url, token: () => sessionStorage.getItem('token') }),
    [url],
  );
  const [reference, setReference] = useState<string>();
  return (
    <MatineeProvider client={matinee}>
      {reference ? (
        <p role="status">Booked: {reference}</p>
      ) : (
        <SeatPicker
          showtimeId={showtimeId}
          onBooked={(reservation) => setReference(reservation.reference)}
        />
      )}
    </MatineeProvider>
  );
}
