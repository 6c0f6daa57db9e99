import { publishConsentText, type ConsentText, type Purpose } from '@mortise/contract';
import { useForm } from '../../app/use-form.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FormError } from '../../ui/form-error.tsx';
import { WordingFields } from './wording-fields.tsx';

const formId = 'publish-form';

interface PublishDialogProps {
  purpose: Purpose;
  /** What the new text begins from. */
  latest: ConsentText['texts'];
  onClose: () => void;
}

/** A new version of a purpose's text, begun from the one there is. */
export function PublishDialog({ purpose, latest, onClose }: PublishDialogProps) {
  const form = useForm(publishConsentText.body, { texts: latest, requiresRenewal: false });
  const publish = useSend(publishConsentText, {
    ownError: true,
    done: ({ version }) => text.consent.published(version),
    onDone: onClose,
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      place="side"
      title={text.consent.publishTitle(purpose.textVersion + 1)}
      description={text.consent.publishText}
      footer={
        <>
          <Button onClick={onClose}>{text.ui.cancel}</Button>
          <Button variant="primary" type="submit" form={formId} busy={form.isBusy}>
            {text.consent.publishButton}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4.5"
        onSubmit={form.submit((body) => publish.mutateAsync({ params: { id: purpose.id }, body }))}
      >
        <WordingFields initial={latest} errors={form.errors} onChange={(texts) => form.set('texts', texts)} />
        <Checkbox
          checked={form.values.requiresRenewal}
          onChange={(on) => form.set('requiresRenewal', on)}
          label={text.consent.requiresRenewal}
          hint={text.consent.requiresRenewalHint}
        />
        <FormError error={form.error} />
      </form>
    </Dialog>
  );
}
