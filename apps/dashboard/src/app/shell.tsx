import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { Building2, Menu as MenuIcon, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { text } from '../messages/index.ts';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LogoMark } from '../ui/logo-mark.tsx';
import { AccountMenu } from './account-menu.tsx';
import { LiveSign } from './live-sign.tsx';
import { useLive, type Liveness } from './live.ts';
import { useMe } from './me.ts';
import { Navigation } from './navigation.tsx';
import { TenantSwitcher } from './tenant-switcher.tsx';

/** What is around every page behind sign-in: navigation, organisation, account, and the live stream. */
export function Shell() {
  const { tenant } = useMe();
  const liveness = useLive(tenant?.id);
  const main = useFocusOnPageChange();
  return (
    <div className="lg:grid lg:min-h-dvh lg:grid-cols-[15rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {text.app.skipToContent}
      </a>
      <TopBar liveness={liveness} />
      <aside className="sticky top-0 z-30 hidden h-dvh flex-col gap-4 border-r bg-sunken px-3 py-4 lg:flex">
        <Brand />
        <TenantSwitcher />
        <div className="min-h-0 flex-1 overflow-y-auto">
          <Navigation />
        </div>
        <Foot liveness={liveness} />
      </aside>
      <main ref={main} id="main" tabIndex={-1} className="min-w-0 px-4 py-6 sm:px-6 lg:px-10 lg:py-8">
        <div className="mx-auto max-w-[82rem]">{tenant === undefined ? <NoTenants /> : <Outlet />}</div>
      </main>
    </div>
  );
}

function Brand() {
  return (
    <Link to="/" className="flex items-center gap-2.5 rounded-md px-2">
      <LogoMark className="size-6" />
      <span className="text-lg font-semibold tracking-tight">{text.app.product}</span>
    </Link>
  );
}

function Foot({ liveness }: { liveness: Liveness }) {
  return (
    <div className="flex flex-col gap-2 border-t pt-3">
      <LiveSign liveness={liveness} />
      <AccountMenu />
    </div>
  );
}

function TopBar({ liveness }: { liveness: Liveness }) {
  const [open, setOpen] = useState(false);
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center justify-between border-b bg-sunken px-2.5 lg:hidden">
      <Brand />
      <Dialog.Root open={open} onOpenChange={setOpen}>
        <Dialog.Trigger
          className={buttonClass({ variant: 'ghost', size: 'icon' })}
          aria-label={text.app.openMenu}
        >
          <MenuIcon aria-hidden />
        </Dialog.Trigger>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-[rgb(20_16_10/0.45)] animate-[fade_0.14s_ease-out]" />
          <Dialog.Content
            aria-describedby={undefined}
            className="fixed inset-y-0 left-0 z-50 flex w-[min(18rem,85vw)] flex-col gap-4 border-r border-line bg-sunken px-3 py-3 shadow-pop [--slide-from:-100%] animate-[slide-in_0.18s_ease-out] focus:outline-none"
          >
            <div className="flex items-center justify-between">
              <Brand />
              <Dialog.Title className="sr-only">{text.app.menu}</Dialog.Title>
              <Dialog.Close
                className={buttonClass({ variant: 'ghost', size: 'icon' })}
                aria-label={text.ui.close}
              >
                <X aria-hidden />
              </Dialog.Close>
            </div>
            <TenantSwitcher />
            <div className="min-h-0 flex-1 overflow-y-auto">
              <Navigation onFollow={() => setOpen(false)} />
            </div>
            <Foot liveness={liveness} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </header>
  );
}

function NoTenants() {
  return (
    <>
      <title>{text.app.documentTitle(text.app.noTenantsTitle)}</title>
      <h1 className="sr-only">{text.app.noTenantsTitle}</h1>
      <EmptyState icon={<Building2 />} title={text.app.noTenantsTitle} description={text.app.noTenants} />
    </>
  );
}

/** After a change of page the focus goes to its main part: screen readers begin there, and Tab goes on from there. */
function useFocusOnPageChange() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current !== undefined && before.current !== path) main.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
  return main;
}
