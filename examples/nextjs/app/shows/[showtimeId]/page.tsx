import { isMatineeError } from '@matinee/sdk';
import { notFound } from 'next/navigation';
import { matinee } from '../../matinee';
import { Picker } from './picker';

export default async function Page({ params }: { params: Promise<{ showtimeId: string }> }) {
  const { showtimeId } = await params;
  const showtime = await matinee.showtimes.get({ showtimeId }).catch((error: unknown) => {
    if (isMatineeError(error) && (error.code === 'NOT_FOUND' || error.status === 400)) {
      notFound();
    }
    throw error;
  });
  return (
    <>
      <h1>{showtime.movie.title}</h1>
      <Picker
        showtimeId={showtimeId}
        url={process.env.MATINEE_PUBLIC_URL ?? 'http://127.0.0.1:8000'}
      />
    </>
  );
}
