import type { Run } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { Progress } from '../../ui/progress.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { isOpen } from './run-pace.ts';
import { useRun } from './use-run.ts';

/** A run in one line: how far it has come while it goes on, what went wrong when it failed. */
export function RunLine({ listed, label }: { listed: Run; label: string }) {
  const run = useRun(listed);
  const figures = new Intl.NumberFormat(locale);
  const link = (
    <TextLink
      to="/runs/$id"
      params={{ id: run.id }}
      aria-label={text.sync.openRunOf(label)}
      className="text-sm whitespace-nowrap"
    >
      {text.sync.openRun}
    </TextLink>
  );
  if (!isOpen(run)) {
    return (
      <p className="mt-2 text-sm text-bad [overflow-wrap:anywhere]">
        {run.error} {link}
      </p>
    );
  }
  return (
    <div className="mt-2.5 flex items-center gap-3">
      <Progress label={text.sync.progressOf(label)} done={run.fetched} total={run.expected} />
      <span className="figures shrink-0 text-sm text-ink-soft">
        {figures.format(run.fetched)}
        {run.expected === null ? null : ` / ${figures.format(run.expected)}`}
      </span>
      {link}
    </div>
  );
}
