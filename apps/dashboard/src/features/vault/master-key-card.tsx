import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Disclosure } from '../../ui/disclosure.tsx';

/** The master key is the operator's, and its state is told to the operator key alone: what is left to say is how. */
export function MasterKeyCard() {
  return (
    <Card title={text.vault.masterTitle}>
      <p className="mb-3 text-pretty text-ink-soft">{text.vault.masterText}</p>
      <Disclosure label={text.vault.masterHow}>
        <ol className="flex list-decimal flex-col gap-2 pl-5 text-pretty">
          {text.vault.masterSteps.map(({ words, code }) => (
            <li key={code}>
              {words}
              <code className="block font-mono text-sm text-ink-soft [overflow-wrap:anywhere]">{code}</code>
            </li>
          ))}
        </ol>
      </Disclosure>
    </Card>
  );
}
