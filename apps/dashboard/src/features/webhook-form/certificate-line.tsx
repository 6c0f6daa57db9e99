import { text } from '../../messages/index.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { readCertificate } from './read-certificate.ts';

/** Who a certificate is of and when it ends. Nothing where it cannot be read: the server says what is wrong. */
export function CertificateLine({ pem }: { pem: string }) {
  const facts = readCertificate(pem);
  if (facts === undefined) return null;
  return (
    <p className="text-sm text-ink-soft">
      {facts.subject === undefined ? null : `${text.webhookForm.certificateOf(facts.subject)} `}
      {text.webhookForm.certificateEnds} <RelativeTime at={facts.endsAt.toISOString()} />
    </p>
  );
}
