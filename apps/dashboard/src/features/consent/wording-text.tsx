import type { ConsentText } from '@mortise/contract';
import { Badge } from '../../ui/badge.tsx';

/** A text as people see it, language by language. */
export function WordingText({ texts }: { texts: ConsentText['texts'] }) {
  return (
    <div className="flex flex-col gap-3">
      {Object.entries(texts).map(([locale, wording]) => (
        <div key={locale} className="flex items-start gap-3">
          <span className="w-14 shrink-0">
            <Badge mono>{locale}</Badge>
          </span>
          <p
            lang={locale}
            className="min-w-0 flex-1 whitespace-pre-wrap text-pretty [overflow-wrap:anywhere]"
          >
            {wording}
          </p>
        </div>
      ))}
    </div>
  );
}
