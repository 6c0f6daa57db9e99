import type { ConsentCategory } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { useProviders } from '../connections/use-providers.ts';

/** What providers do with a category when somebody withdraws, and what each of them calls it. */
export function ProviderCategoryHint({ category }: { category: ConsentCategory | null }) {
  const { read } = useProviders();
  const told = (read.data?.data ?? []).flatMap(({ name, consentCategories }) => {
    const own = category === null ? undefined : consentCategories[category];
    return own === undefined ? [] : [`${own} (${name})`];
  });
  return (
    <>
      {text.consent.providerCategoryHint}
      {told.length === 0 ? null : ` ${text.consent.providerCategoryThere(told.join(', '))}`}
    </>
  );
}
