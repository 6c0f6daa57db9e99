import { Outlet } from '@tanstack/react-router';
import { Toaster } from '../ui/toast.tsx';

/** What every page has: a place for notices. */
export function Root() {
  return (
    <>
      <Outlet />
      <Toaster />
    </>
  );
}
