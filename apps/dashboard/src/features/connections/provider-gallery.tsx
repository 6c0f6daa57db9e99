import type { Integration, Provider } from '@mortise/contract';
import { Blocks, FlaskConical, Search } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../../app/me.ts';
import { locale, text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Input } from '../../ui/input.tsx';
import { ProviderLogo } from '../../ui/provider-logo.tsx';
import { useTrySandbox } from './use-try-sandbox.ts';

/** From so many on, one looks for a provider by name rather than by eye. */
const searchFrom = 9;

interface ProviderGalleryProps {
  providers: readonly Provider[];
  integrations: readonly Integration[];
  onConfigure: (provider: Provider) => void;
}

/** Every provider this installation knows, each with the quick way and the thorough way in. */
export function ProviderGallery({ providers, integrations, onConfigure }: ProviderGalleryProps) {
  const [search, setSearch] = useState('');
  const sandbox = useTrySandbox(integrations);
  const wanted = search.trim().toLocaleLowerCase(locale);
  const shown = providers.filter(({ name, category, description }) =>
    `${name} ${text.connections.categoryOf(category)} ${description}`
      .toLocaleLowerCase(locale)
      .includes(wanted),
  );
  if (providers.length === 0) {
    return (
      <EmptyState
        icon={<Blocks />}
        title={text.connections.galleryEmptyTitle}
        description={text.connections.galleryEmpty}
      />
    );
  }
  return (
    <>
      {providers.length < searchFrom ? null : (
        <Input
          type="search"
          value={search}
          aria-label={text.connections.search}
          placeholder={text.connections.search}
          onChange={(change) => setSearch(change.target.value)}
          className="mb-4 max-w-72"
        />
      )}
      {shown.length === 0 ? (
        <EmptyState
          icon={<Search />}
          title={text.connections.noMatchTitle}
          description={text.connections.noMatch}
        />
      ) : (
        <ul className="grid gap-4 sm:grid-cols-[repeat(auto-fill,minmax(20rem,1fr))]">
          {shown.map((provider) => (
            <li key={provider.id}>
              <ProviderCard
                provider={provider}
                trying={sandbox.trying}
                onTry={() => sandbox.trySandbox(provider)}
                onConfigure={() => onConfigure(provider)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface ProviderCardProps {
  provider: Provider;
  /** The provider whose sandbox is being opened, if any. */
  trying: string | undefined;
  onTry: () => void;
  onConfigure: () => void;
}

function ProviderCard({ provider, trying, onTry, onConfigure }: ProviderCardProps) {
  const mayConnect = useMay('admin');
  const byBrowser = provider.connectsBy === 'consent';
  return (
    <article className="flex h-full max-w-xl flex-col rounded-xl border border-line bg-surface p-4.5 shadow-card sm:p-5">
      <div className="flex items-center gap-3.5">
        <ProviderLogo logo={provider.logo} name={provider.name} size="lg" />
        <div className="min-w-0">
          <h3 className="text-lg font-semibold">{provider.name}</h3>
          <Badge>{text.connections.categoryOf(provider.category)}</Badge>
        </div>
      </div>
      <p className="mt-3.5 text-pretty text-ink-soft">{provider.description}</p>
      {provider.resources.length === 0 ? null : (
        <p className="mt-1.5 text-sm text-ink-faint">
          {text.connections.syncs(listOf(provider.resources.map(({ label }) => label)))}
        </p>
      )}
      {mayConnect ? (
        <div className="mt-auto flex flex-wrap gap-2 pt-4.5">
          {provider.sandbox && byBrowser ? (
            <Button
              variant="primary"
              icon={<FlaskConical aria-hidden />}
              aria-label={text.connections.trySandboxOf(provider.name)}
              busy={trying === provider.id}
              disabled={trying !== undefined}
              onClick={onTry}
            >
              {text.connections.trySandbox}
            </Button>
          ) : null}
          <Button aria-label={text.connections.configureOf(provider.name)} onClick={onConfigure}>
            {text.connections.configure}
          </Button>
        </div>
      ) : (
        <p className="mt-auto pt-4 text-sm text-ink-faint">{text.connections.mayNot}</p>
      )}
    </article>
  );
}

function listOf(words: readonly string[]): string {
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(words);
}
