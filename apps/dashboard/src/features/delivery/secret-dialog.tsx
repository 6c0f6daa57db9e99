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

/** A signing secret, the one time that it is shown; or a public key, which can be read again. */
export function SecretDialog({ title, description, secret, onClose }: SecretDialogProps) {
  const isPublic = secret.startsWith('whpk_');
  const label = isPublic ? text.webhookForm.publicKey : text.delivery.secret;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      sticky
      title={isPublic ? text.delivery.publicKeyTitle : title}
      description={isPublic ? text.delivery.publicKeyText : description}
      footer={
        <Button variant="primary" onClick={onClose}>
          {isPublic ? text.ui.close : text.delivery.secretKept}
        </Button>
      }
    >
      <Field label={label} hint={isPublic ? text.delivery.publicKeyHow : text.delivery.secretHow}>
        {(control) => (
          <span className="flex flex-wrap gap-2 sm:flex-nowrap">
            <Input
              {...control}
              readOnly
              value={secret}
              className="font-mono"
              onFocus={(focus) => focus.target.select()}
            />
            <CopyButton value={secret} label={text.ui.copyValue(label)}>
              {isPublic ? text.delivery.copyKey : text.delivery.copy}
            </CopyButton>
          </span>
        )}
      </Field>
    </Dialog>
  );
}
