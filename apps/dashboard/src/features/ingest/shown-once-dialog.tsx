import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CopyLine } from './copy-line.tsx';

interface ShownOnceDialogProps {
  title: string;
  description: string;
  url?: string | null;
  secret: string | null;
  onClose: () => void;
}

/** A source's URL and secret, the one time that the secret is shown. */
export function ShownOnceDialog({ title, description, url, secret, onClose }: ShownOnceDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      sticky
      title={title}
      description={description}
      footer={
        <Button variant="primary" onClick={onClose}>
          {text.ingest.kept}
        </Button>
      }
    >
      <div className="flex flex-col gap-4.5">
        {url === undefined || url === null ? null : (
          <CopyLine
            label={text.ingest.url}
            hint={text.ingest.urlHint}
            value={url}
            copy={text.ingest.copyUrl}
          />
        )}
        {secret === null ? null : (
          <CopyLine label={text.ingest.secret} value={secret} copy={text.ingest.copySecret} />
        )}
      </div>
    </Dialog>
  );
}
