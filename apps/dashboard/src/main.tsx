import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { onSignedOut, queryClient } from './app/query-client.ts';
import { reloadWhenStale } from './app/reload-when-stale.ts';
import { router } from './router.tsx';

onSignedOut(() => {
  // The guard of the pages behind sign-in asks anew who this is, and leads to the sign-in page.
  queryClient.removeQueries({ queryKey: ['me'] });
  void router.invalidate();
});

reloadWhenStale();

const place = document.getElementById('root');
if (place === null) throw new Error('index.html lacks #root');

createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
