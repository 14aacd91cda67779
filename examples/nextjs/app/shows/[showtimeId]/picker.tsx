'use client';

import { createMatinee } from '@matinee/sdk';
import { MatineeProvider, SeatPicker } from '@matinee/sdk/react';
import { useMemo, useState } from 'react';
import { SignIn } from './sign-in';

/** The seats, live. The browser talks to Matinee itself: the page's origin is in ALLOWED_ORIGINS. */
export function Picker({ showtimeId, url }: { showtimeId: string; url: string }) {
  const matinee = useMemo(
    () => createMatinee({ url, token: () => sessionStorage.getItem('token') }),
    [url],
  );
  const [isSignedIn, setSignedIn] = useState<boolean>();
  const [reference, setReference] = useState<string>();
  if (reference) {
    return <p role="status">Booked: {reference}</p>;
  }
  return (
    <MatineeProvider client={matinee}>
      {isSignedIn === false && <SignIn onSignedIn={() => setSignedIn(true)} />}
      <SeatPicker
        showtimeId={showtimeId}
        // Anyone may look. After the sign-in, the picker holds the seat that was refused.
        isSignedIn={isSignedIn}
        onProblem={({ status }) => status === 401 && setSignedIn(false)}
        onBooked={(reservation) => setReference(reservation.reference)}
      />
    </MatineeProvider>
  );
}
