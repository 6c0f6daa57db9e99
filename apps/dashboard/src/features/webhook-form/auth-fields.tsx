import type { WebhookSettings } from '@mortise/contract';
import { text } from '../../messages/index.ts';
import { Field } from '../../ui/field.tsx';
import { TextArea } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { SectionProps } from './section-props.ts';

export type Auth = WebhookSettings['auth'];

interface AuthFieldsProps<A extends Auth = Auth> {
  auth: A;
  errors: SectionProps['errors'];
  onChange: (auth: Auth) => void;
}

/** What a kind of authentication has besides its secret. */
export function AuthFields({ auth, ...rest }: AuthFieldsProps) {
  const { errors, onChange } = rest;
  switch (auth.kind) {
    case 'none':
    case 'bearer':
      return null;
    case 'basic':
      return (
        <TextField
          label={text.webhookForm.username}
          name="auth-username"
          autoComplete="off"
          value={auth.username}
          error={errors['settings.auth.username']}
          onChange={(username) => onChange({ ...auth, username })}
        />
      );
    case 'header':
      return (
        <TextField
          label={text.webhookForm.headerName}
          name="auth-header"
          autoComplete="off"
          value={auth.name}
          error={errors['settings.auth.name']}
          onChange={(name) => onChange({ ...auth, name: name.trim() })}
        />
      );
    case 'hmac':
      return <HmacFields auth={auth} {...rest} />;
    case 'oauth2':
      return <OAuthFields auth={auth} {...rest} />;
    case 'mtls':
      return <CertificateFields auth={auth} {...rest} />;
  }
}

function HmacFields({ auth, errors, onChange }: AuthFieldsProps<Extract<Auth, { kind: 'hmac' }>>) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        label={text.webhookForm.headerName}
        name="auth-header"
        autoComplete="off"
        value={auth.header}
        error={errors['settings.auth.header']}
        onChange={(header) => onChange({ ...auth, header: header.trim() })}
      />
      <TextField
        label={text.webhookForm.prefix}
        hint={text.webhookForm.prefixHint}
        name="auth-prefix"
        autoComplete="off"
        value={auth.prefix}
        error={errors['settings.auth.prefix']}
        onChange={(prefix) => onChange({ ...auth, prefix })}
      />
      <Field label={text.webhookForm.algorithm}>
        {(control) => (
          <Select
            {...control}
            value={auth.algorithm}
            choices={(['sha256', 'sha512', 'sha1'] as const).map((value) => ({
              value,
              label: value.toUpperCase(),
            }))}
            onChange={(algorithm) => onChange({ ...auth, algorithm })}
          />
        )}
      </Field>
      <Field label={text.webhookForm.encoding}>
        {(control) => (
          <Select
            {...control}
            value={auth.encoding}
            choices={(['hex', 'base64'] as const).map((value) => ({ value, label: value }))}
            onChange={(encoding) => onChange({ ...auth, encoding })}
          />
        )}
      </Field>
    </div>
  );
}

function OAuthFields({ auth, errors, onChange }: AuthFieldsProps<Extract<Auth, { kind: 'oauth2' }>>) {
  const optional = (value: string) => (value === '' ? undefined : value);
  return (
    <>
      <TextField
        label={text.webhookForm.tokenUrl}
        name="auth-token-url"
        autoComplete="off"
        value={auth.tokenUrl}
        error={errors['settings.auth.tokenUrl']}
        onChange={(tokenUrl) => onChange({ ...auth, tokenUrl: tokenUrl.trim() })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={text.webhookForm.clientId}
          name="auth-client-id"
          autoComplete="off"
          value={auth.clientId}
          error={errors['settings.auth.clientId']}
          onChange={(clientId) => onChange({ ...auth, clientId })}
        />
        <Field label={text.webhookForm.clientAuth}>
          {(control) => (
            <Select
              {...control}
              value={auth.clientAuth}
              choices={(['basic', 'body'] as const).map((value) => ({
                value,
                label: text.webhookForm.clientAuths[value],
              }))}
              onChange={(clientAuth) => onChange({ ...auth, clientAuth })}
            />
          )}
        </Field>
        <TextField
          label={text.webhookForm.scope}
          hint={text.ui.optional}
          name="auth-scope"
          autoComplete="off"
          value={auth.scope ?? ''}
          error={errors['settings.auth.scope']}
          onChange={(scope) => onChange({ ...auth, scope: optional(scope) })}
        />
        <TextField
          label={text.webhookForm.audience}
          hint={text.ui.optional}
          name="auth-audience"
          autoComplete="off"
          value={auth.audience ?? ''}
          error={errors['settings.auth.audience']}
          onChange={(audience) => onChange({ ...auth, audience: optional(audience) })}
        />
      </div>
    </>
  );
}

function CertificateFields({ auth, errors, onChange }: AuthFieldsProps<Extract<Auth, { kind: 'mtls' }>>) {
  return (
    <>
      <Field
        label={text.webhookForm.certificate}
        hint={text.webhookForm.certificateHint}
        error={errors['settings.auth.certificate']}
      >
        {(control) => (
          <TextArea
            {...control}
            spellCheck={false}
            value={auth.certificate}
            onChange={(event) => onChange({ ...auth, certificate: event.target.value })}
            className="min-h-28 font-mono text-sm"
          />
        )}
      </Field>
      <Field
        label={text.webhookForm.ca}
        hint={text.webhookForm.caHint}
        optional={text.ui.optional}
        error={errors['settings.auth.ca']}
      >
        {(control) => (
          <TextArea
            {...control}
            spellCheck={false}
            value={auth.ca ?? ''}
            onChange={({ target: { value } }) => onChange({ ...auth, ca: value === '' ? undefined : value })}
            className="font-mono text-sm"
          />
        )}
      </Field>
    </>
  );
}
