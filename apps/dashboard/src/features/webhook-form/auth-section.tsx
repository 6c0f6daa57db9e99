import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { KeptSecret } from '../../ui/kept-secret.tsx';
import { Select } from '../../ui/select.tsx';
import { AuthFields, type Auth } from './auth-fields.tsx';
import { CertificateLine } from './certificate-line.tsx';
import { errorUnder } from './faults.ts';
import { FormSection } from './form-section.tsx';
import type { SectionProps } from './section-props.ts';
import { settingsWords } from './settings-words.ts';

interface AuthSectionProps extends SectionProps {
  /** The kind whose secret the server keeps. */
  keptKind: Auth['kind'] | undefined;
  secret: string | undefined;
  onSecret: (secret: string | undefined) => void;
}

const kinds = Object.keys(text.webhookForm.authKinds) as Auth['kind'][];

const emptyOf: { [K in Auth['kind']]: Extract<Auth, { kind: K }> } = {
  none: { kind: 'none' },
  basic: { kind: 'basic', username: '' },
  bearer: { kind: 'bearer' },
  header: { kind: 'header', name: '' },
  hmac: { kind: 'hmac', header: 'X-Signature', algorithm: 'sha256', encoding: 'hex', prefix: '' },
  oauth2: { kind: 'oauth2', tokenUrl: '', clientId: '', clientAuth: 'basic' },
  mtls: { kind: 'mtls', certificate: '' },
};

/** How the endpoint knows who is calling, besides by the signature. */
export function AuthSection(props: AuthSectionProps) {
  const { settings, change, errors, keptKind, secret, onSecret } = props;
  const { auth } = settings;
  return (
    <FormSection
      title={text.webhookForm.auth}
      summary={settingsWords.auth(settings)}
      isWrong={errorUnder(errors, 'settings.auth') !== undefined || errors['authSecret'] !== undefined}
    >
      <Field label={text.webhookForm.kind}>
        {(control) => (
          <Select
            {...control}
            value={auth.kind}
            choices={kinds.map((value) => ({ value, label: text.webhookForm.authKinds[value] }))}
            onChange={(kind) => {
              change({ auth: emptyOf[kind] });
              onSecret(undefined);
            }}
          />
        )}
      </Field>
      <AuthFields auth={auth} errors={errors} onChange={(next) => change({ auth: next })} />
      {auth.kind === 'mtls' ? <CertificateLine pem={auth.certificate} /> : null}
      {auth.kind === 'none' ? null : (
        <KeptSecret
          key={auth.kind}
          words={{
            label: text.webhookForm.secrets[auth.kind],
            hint: text.webhookForm.secretHints[auth.kind],
            kept: text.webhookForm.secretKept,
            replace: text.webhookForm.replaceSecret,
            keep: text.webhookForm.keepSecret,
          }}
          isSet={auth.kind === keptKind}
          hasLines={auth.kind === 'mtls'}
          value={secret}
          error={errors['authSecret']}
          onChange={onSecret}
        />
      )}
    </FormSection>
  );
}
