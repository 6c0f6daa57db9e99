import { SearchX } from 'lucide-react';
import { text } from '../messages/index.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from '../ui/link-button.tsx';

/** A path that leads nowhere. */
export function NotFound() {
  return (
    <main className="mx-auto max-w-xl pt-[12vh]">
      <title>{text.app.documentTitle(text.app.notFoundTitle)}</title>
      <h1 className="sr-only">{text.app.notFoundTitle}</h1>
      <EmptyState
        icon={<SearchX />}
        title={text.app.notFoundTitle}
        description={text.app.notFound}
        action={<LinkButton to="/">{text.app.toOverview}</LinkButton>}
      />
    </main>
  );
}
