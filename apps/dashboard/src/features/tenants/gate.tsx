import type { ReactNode } from 'react';
import { text } from '../../messages/index.ts';
import { LogoMark } from '../../ui/logo-mark.tsx';
import { JointDrawing } from './joint-drawing.tsx';

interface GateProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages before the door: sign-in, setup, invitation. */
export function Gate({ title, lead, children }: GateProps) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <title>{text.app.documentTitle(title)}</title>
      <main className="flex flex-col px-5 py-6 sm:px-10 sm:py-8">
        <p className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
          <LogoMark className="size-7" />
          {text.app.product}
        </p>
        <div className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10">
          <h1 className="text-2xl font-semibold">{title}</h1>
          {lead === undefined ? null : <p className="mt-1.5 text-pretty text-ink-soft">{lead}</p>}
          <div className="mt-7">{children}</div>
        </div>
      </main>
      <aside className="relative hidden overflow-hidden border-l bg-sunken lg:flex lg:flex-col lg:justify-end">
        <JointDrawing className="absolute inset-0 size-full" />
        <p className="relative max-w-[26rem] px-12 pb-12 text-xl font-medium text-balance">
          {text.tenants.pitch}
        </p>
      </aside>
    </div>
  );
}
