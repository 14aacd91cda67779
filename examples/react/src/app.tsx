import type { Showtime } from '@matinee/sdk';
import { SeatPicker } from '@matinee/sdk/react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { queries, session } from './matinee.ts';
import { Showtimes } from './showtimes.tsx';
import { SignIn } from './sign-in.tsx';

export function App() {
  const [showtime, setShowtime] = useState<Showtime>();
  const [isSignedIn, setSignedIn] = useState(session.token !== null);
  const [isSigningIn, setSigningIn] = useState(false);
  const [reference, setReference] = useState<string>();
  const cache = useQueryClient();

  if (!showtime) {
    return (
      <main>
        <h1>What’s on</h1>
        {reference && <p role="status">Booked: {reference}</p>}
        <Showtimes onChoose={setShowtime} />
      </main>
    );
  }
  return (
    <main>
      <button type="button" onClick={() => setShowtime(undefined)}>
        All shows
      </button>
      <h1>{showtime.movie.title}</h1>
      {isSigningIn && (
        <SignIn
          onSignedIn={() => {
            setSigningIn(false);
            setSignedIn(true);
          }}
        />
      )}
      <SeatPicker
        showtimeId={showtime.id}
        // Anyone may look. After the sign-in, the picker holds the seat that was refused.
        isSignedIn={isSignedIn}
        onProblem={({ status }) => {
          if (status === 401) {
            setSignedIn(false);
            setSigningIn(true);
          }
        }}
        onBooked={(reservation) => {
          setReference(reservation.reference);
          setShowtime(undefined);
          void cache.invalidateQueries({ queryKey: queries.showtimes.pathKey() });
        }}
      />
    </main>
  );
}
