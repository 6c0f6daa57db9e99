import type { Run } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Figure } from '../../ui/figure.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { Progress } from '../../ui/progress.tsx';
import { useNow } from '../../ui/use-now.ts';
import { isOpen, runPace } from './run-pace.ts';

/** How a run goes, large enough to watch from across the room. */
export function RunProgress({ run, label }: { run: Run; label: string }) {
  const now = useNow(run.status === 'running', 250);
  const { share, elapsedMs, restMs } = runPace(run, now);
  const figures = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const isRunning = isOpen(run);
  return (
    <Card>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
        <p className="flex flex-wrap items-baseline gap-x-2.5">
          <span className="figures text-[2.75rem] leading-none font-semibold tracking-tight">
            {figures.format(run.fetched)}
          </span>
          <span className="figures text-lg text-ink-soft">
            {run.expected === null || !isRunning
              ? text.sync.fetched
              : text.sync.fetchedOf(figures.format(run.expected))}
          </span>
        </p>
        {share === null || !isRunning ? null : (
          <p className="figures text-lg font-medium text-accent">{text.sync.share(percent.format(share))}</p>
        )}
      </div>
      {isRunning || run.status === 'succeeded' ? (
        <div className="mt-4">
          <Progress
            label={text.sync.progressOf(label)}
            done={share === null ? run.fetched : share * 1000}
            total={share === null ? null : 1000}
          />
        </div>
      ) : null}
      <dl className="mt-5 grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
        <Measure name={text.sync.perSecond} value={figures.format(run.recordsPerSecond)} />
        <Measure name={text.sync.pages} value={figures.format(run.pages)} />
        <Measure name={isRunning ? text.sync.elapsed : text.sync.took} value={elapsedText(run, elapsedMs)} />
        {isRunning ? <Measure name={text.sync.rest} value={restText(restMs)} /> : null}
      </dl>
      <h2 className="sr-only">{text.sync.foundTitle}</h2>
      <div className="mt-5 grid grid-cols-2 gap-x-6 gap-y-4 border-t pt-4.5 sm:grid-cols-4">
        <Figure label={text.sync.created} value={run.created} />
        <Figure label={text.sync.updated} value={run.updated} />
        <Figure label={text.sync.removed} value={run.deleted} />
        <Figure label={text.sync.unchanged} value={run.unchanged} />
      </div>
    </Card>
  );
}

function Measure({ name, value }: { name: string; value: string }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-ink-faint">{name}</dt>
      <dd className="figures mt-0.5 text-lg font-medium">{value}</dd>
    </div>
  );
}

function elapsedText(run: Run, elapsedMs: number | null): string {
  if (elapsedMs === null) return text.ui.none;
  // Whole seconds while it goes on: fractions would flicker.
  return durationText(isOpen(run) ? Math.max(1, Math.floor(elapsedMs / 1000)) * 1000 : elapsedMs, locale);
}

function restText(restMs: number | null): string {
  if (restMs === null) return text.sync.restUnknown;
  // A tenth of a second more or less says nothing in an estimate, and would flicker.
  return text.sync.restAbout(durationText(Math.max(1, Math.round(restMs / 1000)) * 1000, locale));
}
