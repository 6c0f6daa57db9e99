import type { Consent } from '@mortise/contract';
import { locale, text } from '../../messages/index.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { TextLink } from '../../ui/text-link.tsx';

type Notice = NonNullable<Consent['withdrawal']>['notices'][number];
const figure = new Intl.NumberFormat(locale);

/** Who is told of a withdrawal, when they were, or why they were not. */
export function NoticeRow({ notice }: { notice: Notice }) {
  const { to, connectionId, toldAt, endedAt, nextAt, error } = notice;
  const at = toldAt ?? endedAt;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        {connectionId === null ? (
          to
        ) : (
          <TextLink to="/connections/$id" params={{ id: connectionId }}>
            {to}
          </TextLink>
        )}
      </span>
      {at === null ? null : (
        <span className="text-sm text-ink-faint">
          <RelativeTime at={at} />
        </span>
      )}
      <NoticePill notice={notice} />
      {error === null ? null : <span className="w-full text-sm text-pretty text-ink-soft">{error}</span>}
      {nextAt === null ? null : (
        <span className="w-full text-sm text-ink-faint">
          {text.consent.nextTry} <RelativeTime at={nextAt} />
        </span>
      )}
    </li>
  );
}

function NoticePill({ notice: { state, nextAt, attempts } }: { notice: Notice }) {
  if (state === 'told') return <StatusPill tone="good">{text.consent.told}</StatusPill>;
  if (state === 'unknown_person') return <StatusPill tone="neutral">{text.consent.unknownThere}</StatusPill>;
  if (state === 'ended') return <StatusPill tone="bad">{text.consent.notTold}</StatusPill>;
  return nextAt === null ? (
    <StatusPill tone="info" live>
      {text.consent.telling}
    </StatusPill>
  ) : (
    <StatusPill tone="warn">{text.consent.tellingFailed(figure.format(attempts))}</StatusPill>
  );
}
