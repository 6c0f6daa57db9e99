import { sayError } from '../app/say-error.ts';
import { text } from '../messages/index.ts';
import { Notice } from './notice.tsx';

/** Why a form could not be sent, above its buttons. Nothing when there is no error. */
export function FormError({ error }: { error: unknown }) {
  if (error == null) return null;
  const { title, advice, requestId } = sayError(error);
  return (
    <Notice tone="bad" title={title}>
      {advice}
      {requestId === undefined ? null : (
        <span className="block text-sm text-ink-soft">{text.ui.requestIdIs(requestId)}</span>
      )}
    </Notice>
  );
}
