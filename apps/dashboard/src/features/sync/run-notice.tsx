import type { Run } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { LinkButton } from '../../ui/link-button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** What a run's state means for whoever looks at it, and where to go from here. */
export function RunNotice({ run }: { run: Run }) {
  const { status, error, connectionId, resource } = run;
  const records = (
    <LinkButton to="/records" search={{ connectionId, resource }} size="sm">
      {text.sync.showRecords}
    </LinkButton>
  );
  switch (status) {
    case 'queued':
      return error === null ? (
        <Notice tone="info" title={text.sync.queuedTitle}>
          {text.sync.queuedText}
        </Notice>
      ) : (
        <Notice tone="warn" title={text.sync.retryingTitle}>
          {error}
        </Notice>
      );
    case 'running':
      return null;
    case 'failed':
      return (
        <Notice
          tone="bad"
          title={text.sync.failedTitle}
          action={
            <LinkButton to="/connections/$id" params={{ id: connectionId }} size="sm">
              {text.sync.toConnection}
            </LinkButton>
          }
        >
          <p>{error}</p>
          <p className="text-ink-soft">{text.sync.failedText}</p>
        </Notice>
      );
    case 'cancelled':
      return (
        <Notice tone="info" title={text.sync.cancelledTitle} action={records}>
          {error === null ? (
            text.sync.cancelledText
          ) : (
            <>
              <p>{error}</p>
              <p className="text-ink-soft">{text.sync.cancelledKept}</p>
            </>
          )}
        </Notice>
      );
    case 'succeeded':
      return (
        <Notice tone="good" title={text.sync.doneTitle(text.sync.recordCount(run.fetched))} action={records}>
          {run.created + run.updated + run.deleted === 0 ? text.sync.doneUnchanged : text.sync.doneChanged}
        </Notice>
      );
  }
}
