import { MatineeProvider } from '@matinee/sdk/react';
import '@matinee/sdk/react/seat-picker.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { matinee, queryClient } from './matinee.ts';
import './style.css';

createRoot(document.querySelector('#root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MatineeProvider client={matinee}>
        <App />
      </MatineeProvider>
    </QueryClientProvider>
  </StrictMode>,
);
