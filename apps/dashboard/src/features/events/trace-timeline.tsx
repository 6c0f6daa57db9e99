import clsx from 'clsx';
import {
  Activity,
  ChevronRight,
  CornerDownRight,
  RefreshCw,
  Send,
  UserRound,
  type LucideIcon,
} from 'lucide-react';
import { useState } from 'react';
import { locale, text } from '../../messages/index.ts';
import { durationText } from '../../ui/moment-text.ts';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';
import { StepDetails } from './step-details.tsx';
import { stepWords } from './step-words.ts';
import type { TraceLine, TraceStep } from './trace-steps.ts';

const icons: Record<TraceStep['kind'], LucideIcon> = {
  request: UserRound,
  run: RefreshCw,
  event: Activity,
  delivery: Send,
  attempt: CornerDownRight,
};

const bars: Record<Tone, string> = {
  good: 'bg-good',
  bad: 'bg-bad',
  warn: 'bg-warn',
  info: 'bg-info',
  accent: 'bg-accent',
  neutral: 'bg-ink-faint',
};

/** The steps of a trace on one line from top to bottom, each with its place in time and its details. */
export function TraceTimeline({ line }: { line: TraceLine }) {
  return (
    <ol className="py-2">
      {line.steps.map((step, at) => (
        <Step
          key={step.id}
          step={step}
          totalMs={line.totalMs}
          isFirst={at === 0}
          isLast={at === line.steps.length - 1}
        />
      ))}
    </ol>
  );
}

interface StepProps {
  step: TraceStep;
  totalMs: number;
  isFirst: boolean;
  isLast: boolean;
}

function Step({ step, totalMs, isFirst, isLast }: StepProps) {
  const [open, setOpen] = useState(false);
  const { title, note, status } = stepWords(step);
  const Icon = icons[step.kind];
  const detailsId = `details-${step.id}`;
  const indent = { '--depth': step.depth } as React.CSSProperties;
  return (
    <li style={indent} className="relative pl-[calc(var(--depth)*0.75rem)] sm:pl-[calc(var(--depth)*1.5rem)]">
      {/* The line that joins the steps runs at the far left, through the marks of the deepest to the shallowest. */}
      <span
        aria-hidden
        className={clsx(
          'pointer-events-none absolute left-[1.9rem] z-10 w-px bg-line-strong sm:left-[2.15rem]',
          isFirst ? 'top-5.5' : 'top-0',
          isLast ? 'h-5.5' : 'bottom-0',
        )}
      />
      {step.depth === 0 ? null : (
        <span
          aria-hidden
          className="pointer-events-none absolute top-5.5 left-[1.9rem] z-10 h-px w-[calc(var(--depth)*0.75rem)] bg-line-strong sm:left-[2.15rem] sm:w-[calc(var(--depth)*1.5rem)]"
        />
      )}
      <button
        type="button"
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 w-full items-center gap-3 px-4 py-1.5 text-left -outline-offset-2 hover:bg-sunken sm:px-5"
      >
        <span
          className={clsx(
            'relative z-20 grid size-7 shrink-0 place-items-center rounded-full border bg-surface',
            status?.tone === 'bad' ? 'border-bad text-bad' : 'border-line-strong text-ink-soft',
          )}
        >
          <Icon className="size-3.5" aria-hidden />
        </span>
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2.5 gap-y-0.5">
          <span className="sr-only">{text.trace.kinds[step.kind]}: </span>
          <span className={clsx('truncate font-medium', step.kind === 'event' && 'font-mono text-sm')}>
            {title}
          </span>
          {status === undefined ? null : (
            <StatusPill tone={status.tone} live={status.live === true}>
              {status.label}
            </StatusPill>
          )}
          {note === undefined ? null : (
            <span className="figures truncate text-sm text-ink-faint">{note}</span>
          )}
        </span>
        <span
          aria-hidden
          className="relative hidden h-1.5 w-40 shrink-0 rounded-full bg-sunken lg:block xl:w-64"
        >
          <span
            className={clsx('absolute h-full min-w-1.5 rounded-full', bars[status?.tone ?? 'neutral'])}
            style={barPlace(step, totalMs)}
          />
        </span>
        <span className="figures w-18 shrink-0 text-right text-sm leading-tight text-ink-faint">
          <span className="block whitespace-nowrap">
            {text.trace.offset(durationText(step.offsetMs, locale))}
          </span>
          {step.durationMs === null ? null : (
            <span className="block text-xs whitespace-nowrap text-ink-soft">
              {durationText(step.durationMs, locale)}
            </span>
          )}
        </span>
        <ChevronRight
          className={clsx('size-4 shrink-0 text-ink-faint transition-transform', open && 'rotate-90')}
          aria-hidden
        />
      </button>
      <div id={detailsId} hidden={!open} className="pr-4 pl-[3.6rem] sm:pr-5 sm:pl-[3.9rem]">
        {open ? <StepDetails step={step} /> : null}
      </div>
    </li>
  );
}

/** Where the step lies on a bar that stands for the whole trace, in per cent; never past its end. */
function barPlace(step: TraceStep, totalMs: number) {
  if (totalMs === 0) return { left: '0%', width: '0%' };
  const left = Math.min(97, (step.offsetMs / totalMs) * 100);
  const width = Math.min(100 - left, ((step.durationMs ?? 0) / totalMs) * 100);
  return { left: `${left}%`, width: `${width}%` };
}
