import type { ComponentProps } from 'react';
import { text } from '../../messages/index.ts';
import { KeptSecret } from '../../ui/kept-secret.tsx';

const words = {
  label: text.connections.clientSecret,
  hint: text.connections.clientSecretHint,
  kept: text.connections.clientSecretSet,
  replace: text.connections.replaceSecret,
  keep: text.connections.keepSecret,
};

/** A client secret: it can be given and replaced, and is never shown. */
export function SecretField(props: Omit<ComponentProps<typeof KeptSecret>, 'words' | 'hasLines'>) {
  return <KeptSecret words={words} {...props} />;
}
