import { Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface ReplayFrameProps {
  title: string;
  lead: string;
  /** Of the form in `children` that the dialog asks with; without one it shows what has begun. */
  formId: string | undefined;
  /** What begins it, as the button says. */
  start: string;
  isBusy: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** The dialog of a replay, of deliveries or of receipts: it asks first, and then stays open to be watched. */
export function ReplayFrame({ title, lead, formId, start, isBusy, onClose, children }: ReplayFrameProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={title}
      description={lead}
      footer={
        formId === undefined ? (
          <Button variant="primary" onClick={onClose}>
            {text.replays.close}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{text.ui.cancel}</Button>
            <Button variant="primary" type="submit" form={formId} icon={<Play aria-hidden />} busy={isBusy}>
              {start}
            </Button>
          </>
        )
      }
    >
      {children}
    </Dialog>
  );
}
