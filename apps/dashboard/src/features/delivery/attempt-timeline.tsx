import type { Attempt } from '@mortise/contract';
import clsx from 'clsx';
import { Check, ChevronRight, Clock, Minus, X } from 'lucide-react';
import { useState } from 'react';
import { locale, text } from '../../messages/index.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { durationText } from '../../ui/moment-text.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { HeaderTable } from './header-table.tsx';
import { NextAttempt } from './next-attempt.tsx';

interface AttemptTimelineProps {
  attempts: readonly Attempt[];
  /** The body that stands elsewhere on the page: an attempt shows only another. */
  body: string;
  nextAttemptAt: string | null;
}

/** What was tried and what came back, newest first, with the attempt that is still to come above them. */
export function AttemptTimeline({ attempts, body, nextAttemptAt }: AttemptTimelineProps) {
  const newestFirst = attempts.toSorted((a, b) => b.number - a.number);
  const latest = newestFirst[0]?.number ?? 0;
  return (
    <ol className="border-t py-2">
      {nextAttemptAt === null ? null : (
        <li className="relative flex items-center gap-3 px-4 py-2 sm:px-5">
          {latest === 0 ? null : <Line isFirst isLast={false} />}
          <Mark look="border-dashed border-line-strong text-ink-faint">
            <Clock className="size-3.5" aria-hidden />
          </Mark>
          <span className="font-medium text-ink-soft">{text.delivery.nextAttempt(latest + 1)}</span>
          <span className="text-ink-soft">
            <NextAttempt at={nextAttemptAt} />
          </span>
        </li>
      )}
      {newestFirst.map((attempt, at) => (
        <Item
          key={attempt.number}
          attempt={attempt}
          body={body}
          isLatest={at === 0}
          isFirst={at === 0 && nextAttemptAt === null}
          isLast={at === newestFirst.length - 1}
        />
      ))}
      {attempts.length === 0 && nextAttemptAt === null ? (
        <li className="px-4 py-3 text-ink-soft sm:px-5">{text.delivery.noAttempt}</li>
      ) : null}
    </ol>
  );
}

interface ItemProps {
  attempt: Attempt;
  body: string;
  /** The last one made: what one comes to see. */
  isLatest: boolean;
  isFirst: boolean;
  isLast: boolean;
}

const looks = {
  delivered: { mark: 'border-good text-good', ink: 'text-good', Icon: Check },
  failed: { mark: 'border-bad text-bad', ink: 'text-bad', Icon: X },
  skipped: { mark: 'border-line-strong text-ink-soft', ink: 'text-ink-soft', Icon: Minus },
};

function answerOf({ outcome, statusCode }: Attempt): string {
  if (outcome === 'skipped') return text.events.deliveryStatus.skipped;
  return statusCode === null ? text.delivery.noAnswer : text.delivery.http(statusCode);
}

function Item({ attempt, body, isLatest, isFirst, isLast }: ItemProps) {
  const [open, setOpen] = useState(isLatest);
  const { mark, ink, Icon } = looks[attempt.outcome];
  const detailsId = `attempt-${attempt.number}`;
  return (
    <li className="relative">
      <Line isFirst={isFirst} isLast={isLast} />
      <button
        type="button"
        aria-expanded={open}
        aria-controls={detailsId}
        onClick={() => setOpen(!open)}
        className="relative flex w-full items-center gap-3 px-4 py-2 text-left -outline-offset-2 hover:bg-sunken sm:px-5"
      >
        <Mark look={mark}>
          <Icon className="size-3.5" aria-hidden />
        </Mark>
        <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-0.5">
          <span className="font-medium">{text.delivery.attemptTitle(attempt.number)}</span>
          <span className={clsx('figures font-medium', ink)}>{answerOf(attempt)}</span>
          <span className="figures text-sm text-ink-faint">{durationText(attempt.durationMs, locale)}</span>
        </span>
        <span className="text-sm text-ink-faint">
          <RelativeTime at={attempt.startedAt} />
        </span>
        <ChevronRight
          className={clsx('size-4 shrink-0 text-ink-faint transition-transform', open && 'rotate-90')}
          aria-hidden
        />
      </button>
      <div id={detailsId} hidden={!open} className="pr-4 pb-4 pl-[3.6rem] sm:pr-5 sm:pl-[3.9rem]">
        {open ? <AttemptDetails attempt={attempt} body={body} /> : null}
      </div>
    </li>
  );
}

function AttemptDetails({ attempt, body }: Pick<ItemProps, 'attempt' | 'body'>) {
  const { number, outcome, error, requestHeaders, requestBody, responseHeaders, responseBody } = attempt;
  const isKept = Object.keys(requestHeaders).length > 0;
  if (outcome === 'skipped') return <p className="text-pretty text-ink-soft">{error}</p>;
  return (
    <div className="flex flex-col gap-4">
      {error === null ? null : <p className={clsx('text-pretty', looks[outcome].ink)}>{error}</p>}
      {isKept ? (
        <HeaderTable
          title={text.delivery.requestHeaders}
          label={text.delivery.requestHeadersOf(number)}
          headers={requestHeaders}
        />
      ) : null}
      {requestBody === null || requestBody === body ? null : (
        <div>
          <h3 className="mb-1.5 text-sm font-medium text-ink-soft">{text.delivery.requestBody}</h3>
          <CodeView value={requestBody} label={text.delivery.requestBodyOf(number)} maxHeight="16rem" />
        </div>
      )}
      {responseHeaders === null ? (
        <p className="text-sm text-ink-faint">
          {isKept ? text.delivery.noResponse : text.delivery.nothingKept}
        </p>
      ) : (
        <>
          <HeaderTable
            title={text.delivery.responseHeaders}
            label={text.delivery.responseHeadersOf(number)}
            headers={responseHeaders}
          />
          <div>
            <h3 className="mb-1.5 text-sm font-medium text-ink-soft">{text.delivery.responseBody}</h3>
            {responseBody === null || responseBody === '' ? (
              <p className="text-sm text-ink-faint">{text.delivery.emptyBody}</p>
            ) : (
              <CodeView value={responseBody} label={text.delivery.responseBodyOf(number)} maxHeight="16rem" />
            )}
          </div>
        </>
      )}
    </div>
  );
}

function Line({ isFirst, isLast }: { isFirst: boolean; isLast: boolean }) {
  return (
    <span
      aria-hidden
      className={clsx(
        'absolute left-[1.85rem] w-px bg-line-strong sm:left-[2.1rem]',
        isFirst ? 'top-5.5' : 'top-0',
        isLast ? 'h-5.5' : 'bottom-0',
        isFirst && isLast && 'hidden',
      )}
    />
  );
}

function Mark({ look, children }: { look: string; children: React.ReactNode }) {
  return (
    <span
      className={clsx(
        'relative grid size-7 shrink-0 place-items-center rounded-full border bg-surface',
        look,
      )}
    >
      {children}
    </span>
  );
}
