import { readEventType } from '@mortise/contract';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { CodeView } from '../../ui/code-view.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { EventTypeDialog } from './event-type-dialog.tsx';

interface EventTypeViewProps {
  id: string;
  isOwn: boolean;
  onClose: () => void;
}

/** A type of event: to be changed by whoever may, else to be read. */
export function EventTypeView({ id, isOwn, onClose }: EventTypeViewProps) {
  const { data: eventType } = useRead(readEventType, { params: { id } });
  const mayEdit = useMay('developer') && isOwn;
  if (eventType !== undefined && mayEdit) return <EventTypeDialog eventType={eventType} onClose={onClose} />;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={eventType?.type ?? text.ui.loading}
      description={eventType?.description}
    >
      {eventType === undefined ? (
        <Skeleton className="h-24 w-full" />
      ) : (
        <div className="flex flex-col gap-4">
          {isOwn ? null : <p className="text-ink-soft">{text.eventTypes.sharedText}</p>}
          {eventType.schema === null ? (
            <p>{text.eventTypes.anyData}</p>
          ) : (
            <CodeView value={eventType.schema} label={text.eventTypes.schema} />
          )}
          {eventType.examples.map((example, at) => (
            <CodeView key={at} value={example} label={text.eventTypes.examples} />
          ))}
        </div>
      )}
    </Dialog>
  );
}
