import { text } from '../../messages/index.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

/** The address that the provider sends browsers back to, as it has to be registered there. */
export function RedirectUri({ providerId, providerName }: { providerId: string; providerName: string }) {
  const address = `${window.location.origin}/api/integrations/callback/${providerId}`;
  return (
    <Field label={text.connections.redirectUri} hint={text.connections.redirectUriHint(providerName)}>
      {(control) => (
        <span className="flex items-center gap-2">
          <Input
            {...control}
            readOnly
            value={address}
            className="font-mono"
            onFocus={(focus) => focus.target.select()}
          />
          <CopyButton value={address} label={text.connections.copyRedirectUri} />
        </span>
      )}
    </Field>
  );
}
