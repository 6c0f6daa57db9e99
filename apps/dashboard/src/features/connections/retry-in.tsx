import { locale, text } from '../../messages/index.ts';
import { durationText } from '../../ui/moment-text.ts';

/** When to try again, where the provider has said. */
export function RetryIn({ seconds }: { seconds: number | null | undefined }) {
  if (seconds == null) return null;
  return <p>{text.connections.tryAgainIn(durationText(seconds * 1000, locale))}</p>;
}
