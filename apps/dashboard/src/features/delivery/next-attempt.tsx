import { locale, text } from '../../messages/index.ts';
import { absoluteText, durationText } from '../../ui/moment-text.ts';
import { useNow } from '../../ui/use-now.ts';

/** How long until something, counting down. */
export function NextAttempt({ at }: { at: string }) {
  const now = useNow(true);
  const leftMs = Date.parse(at) - now;
  return (
    <time dateTime={at} title={absoluteText(new Date(at), locale)} className="figures">
      {leftMs <= 0
        ? text.delivery.nextNow
        : text.delivery.nextIn(durationText(Math.ceil(leftMs / 1000) * 1000, locale))}
    </time>
  );
}
