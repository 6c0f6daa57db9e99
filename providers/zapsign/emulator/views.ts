import type { EmulatedRecord, World } from '../../kit/emulator/index.ts';

const IN_LISTS: Readonly<Record<string, string>> = {
  new: 'nao_abriu',
  'link-opened': 'abriu',
  signed: 'assinou',
};

/** The signers of a document that are still on it. */
export function signersOf(world: World, document: EmulatedRecord): EmulatedRecord[] {
  return (document.fields['signers'] ?? '').split(',').flatMap((token) => {
    const one = world.records.get(document.accountId, 'signers', token);
    return one === undefined || one.archivedAt !== undefined ? [] : [one];
  });
}

/** Signed once everybody has. */
export function statusOf(world: World, document: EmulatedRecord): string {
  const told = document.fields['status'] ?? 'pending';
  const signers = signersOf(world, document);
  const all = signers.length > 0 && signers.every((one) => one.fields['status'] === 'signed');
  return told === 'pending' && all ? 'signed' : told;
}

/** A signer. Lists tell states in Portuguese, everything else in English. It never tells its document. */
export function signerView(signer: EmulatedRecord, inList = false): Record<string, unknown> {
  const { fields } = signer;
  const status = fields['status'] ?? 'new';
  return {
    external_id: fields['external_id'] ?? '',
    token: signer.id,
    sign_url: `https://app.zapsign.example/verificar/${signer.id}`,
    status: inList ? (IN_LISTS[status] ?? status) : status,
    name: fields['name'] ?? '',
    lock_name: false,
    email: fields['email'] ?? '',
    lock_email: false,
    phone_country: fields['phone_country'] ?? '55',
    phone_number: fields['phone_number'] ?? '',
    lock_phone: false,
    times_viewed: Number(fields['times_viewed'] ?? 0),
    signed_at: fields['signed_at'] || null,
    auth_mode: fields['auth_mode'] || 'assinaturaTela',
    qualification: fields['qualification'] ?? '',
  };
}

/** A document as its detail, a list's row or a delivery shows it. Links are new in each answer. */
export function documentView(
  world: World,
  document: EmulatedRecord,
  options: { inList?: boolean; signers?: boolean } = {},
): Record<string, unknown> {
  const { fields } = document;
  const signers = signersOf(world, document);
  const changed = Math.max(document.updatedAt, ...signers.map((one) => one.updatedAt));
  const account = world.definition.accounts.find((one) => one.id === document.accountId);
  const link = (name: string): string =>
    `https://files.zapsign.example/${document.id}/${name}.pdf?expires=${world.now().getTime() + 3_600_000}`;
  const status = statusOf(world, document);
  const withSigners = options.signers ?? true;
  return {
    open_id: 1 + (Number.parseInt(document.id.slice(0, 6), 16) % 100_000),
    token: document.id,
    external_id: fields['external_id'] ?? '',
    name: fields['name'] ?? '',
    folder_path: fields['folder_path'] || '/',
    status,
    lang: fields['lang'] || 'pt-br',
    original_file: link('original'),
    signed_file: status === 'signed' ? link('assinado') : null,
    created_at: new Date(document.createdAt).toISOString(),
    last_update_at: new Date(changed).toISOString(),
    deleted: document.archivedAt !== undefined,
    deleted_at: document.archivedAt === undefined ? null : new Date(document.archivedAt).toISOString(),
    created_by: { email: account?.user.email ?? '' },
    extra_docs: [],
    ...(withSigners ? { signers: signers.map((one) => signerView(one, options.inList)) } : {}),
    answers: [],
  };
}
