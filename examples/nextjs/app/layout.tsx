import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import '@matinee/sdk/react/seat-picker.css';
import './style.css';

export const metadata: Metadata = { title: 'Matinee with Next.js' };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}
