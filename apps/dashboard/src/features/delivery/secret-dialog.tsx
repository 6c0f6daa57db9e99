import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

interface SecretDialogProps {
  title: string;
  description: string;
  secret: string;
  onClose: () => void;
}

/** A signing secret, the one time that it is shown. */
export function SecretDialog({ title, description, secret, onClose }: SecretDialogProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      sticky
      title={title}
      description={description}
      footer={
        <Button variant="primary" onClick={onClose}>
          {text.delivery.secretKept}
        </Button>
      }
    >
      <Field label={text.delivery.secret} hint={text.delivery.secretHow}>
        {(control) => (
          <span className="flex flex-wrap gap-2 sm:flex-nowrap">
            <Input
              {...control}
              readOnly
              value={secret}
              className="font-mono"
              onFocus={(focus) => focus.target.select()}
            />
            <CopyButton value={secret} label={text.delivery.copySecret}>
              {text.delivery.copy}
            </CopyButton>
          </span>
        )}
      </Field>
    </Dialog>
  );
}
