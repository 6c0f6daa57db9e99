import { readConsent, readPurpose } from '@mortise/contract';
import { useId } from '../app/use-page.ts';
import { useRead } from '../app/use-read.ts';
import { GrantView } from '../features/consent/grant-view.tsx';
import { PurposeView } from '../features/consent/purpose-view.tsx';
import { ReadBody } from '../ui/read-body.tsx';

/** One path for both: the prefix of the id says whether it names a purpose or a grant. */
export function Page() {
  const id = useId();
  return id.startsWith('pur_') ? <PurposePage key={id} id={id} /> : <GrantPage key={id} id={id} />;
}

function PurposePage({ id }: { id: string }) {
  const purpose = useRead(readPurpose, { params: { id } });
  return <ReadBody read={purpose}>{(found) => <PurposeView purpose={found} />}</ReadBody>;
}

function GrantPage({ id }: { id: string }) {
  const grant = useRead(readConsent, { params: { id } });
  return <ReadBody read={grant}>{(found) => <GrantView grant={found} />}</ReadBody>;
}
