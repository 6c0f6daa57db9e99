import type { WebhookSettings } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { Notice } from '../../ui/notice.tsx';
import { FormSection } from './form-section.tsx';
import type { SectionProps } from './section-props.ts';

interface SigningSectionProps extends SectionProps {
  /** What the webhook signs with so far; undefined for a new one. */
  before: WebhookSettings['signing'] | undefined;
}

const kinds = ['hmac', 'ed25519'] as const;

/** What deliveries are signed with. */
export function SigningSection({ settings: { signing }, change, before }: SigningSectionProps) {
  return (
    <FormSection
      title={text.webhookForm.signing}
      summary={text.webhookForm.signings[signing].name}
      isWrong={false}
    >
      <ChoiceCards
        label={text.webhookForm.signingLabel}
        value={signing}
        choices={kinds.map((value) => ({
          value,
          label: text.webhookForm.signings[value].name,
          hint: text.webhookForm.signings[value].explained,
        }))}
        onChange={(next) => change({ signing: next })}
      />
      {before === undefined || before === signing ? null : (
        <Notice tone="info">{text.webhookForm.signingChange}</Notice>
      )}
    </FormSection>
  );
}
