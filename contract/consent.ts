import { z } from 'zod';
import { consentCategory } from './consent-category.ts';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';

const tag = 'Consent';

/** Why personal data may be used at all: the six of GDPR article 6(1), explicit consent (article 9) apart. */
export const legalBasis = z.enum([
  'consent',
  'explicit_consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
]);
export type LegalBasis = z.infer<typeof legalBasis>;

/** How code names a purpose, for ever: `marketing_emails`. */
export const purposeKey = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9_]*$/, 'must be lower-case letters, digits and _, such as marketing_emails');

/** The host product's own id of a person: an opaque id, not an e-mail address, so that the ledger stays lean. */
export const subjectId = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\s]+$/u, 'must have no spaces and no control characters')
  .meta({ description: 'Your own id of the person. Take an opaque one rather than an e-mail address' });

const localeTag = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'must look like en or pt-BR');

/** One wording in every language it is shown in; at least one. */
const wordings = z
  .record(localeTag, z.string().trim().min(1).max(20_000))
  .refine((texts) => Object.keys(texts).length > 0, 'must hold at least one language')
  .refine((texts) => Object.keys(texts).length <= 50, 'must hold at most 50 languages')
  .meta({ description: 'The text by language: {"en": "…", "pt-BR": "…"}' });

export const consentText = z
  .object({
    version: z.int(),
    texts: wordings,
    requiresRenewal: z
      .boolean()
      .meta({ description: 'Whether grants of earlier texts stopped to hold when it was published' }),
    publishedAt: moment,
    publishedBy: z.string(),
  })
  .meta({ id: 'ConsentText' });
export type ConsentText = z.infer<typeof consentText>;

export const purpose = z
  .object({
    id: idSchema('purpose'),
    key: purposeKey,
    name: z.string(),
    legalBasis,
    providerCategory: consentCategory.nullable().meta({
      description: 'What connected providers are told that a person withdrew; null: they are not told',
    }),
    textVersion: z.int().meta({ description: 'The newest text' }),
    leastTextVersion: z.int().meta({ description: 'The oldest text whose grants still hold' }),
    inForce: z.int().meta({ description: 'People whose grant holds now' }),
    archivedAt: moment.nullable().meta({ description: 'Since when nothing may be granted or sent for it' }),
    createdAt: moment,
    updatedAt: moment,
    version: z.int(),
  })
  .meta({ id: 'Purpose' });
export type Purpose = z.infer<typeof purpose>;

/** What shows that a grant was given: about the person's device, so the caller has to pass it on. */
export const consentEvidence = z.object({
  ip: z
    .union([z.ipv4(), z.ipv6()])
    .optional()
    .meta({ description: "The person's address, not your server's" }),
  userAgent: z.string().max(1000).optional(),
  locale: localeTag.optional().meta({ description: 'The language of the text that was shown' }),
  sourceUrl: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional()
    .meta({ description: 'The page it was given on' }),
  details: z
    .record(z.string().max(200), z.json())
    .refine((details) => JSON.stringify(details).length <= 8_000, 'must be at most 8,000 characters of JSON')
    .optional()
    .meta({ description: 'Whatever else proves it' }),
});
export type ConsentEvidence = z.infer<typeof consentEvidence>;

export const consentStatus = z.enum(['in_force', 'withdrawn', 'replaced', 'expired', 'outdated', 'archived']);
export type ConsentStatus = z.infer<typeof consentStatus>;

/** What became of telling somebody of a withdrawal. */
export const noticeState = z.enum(['waiting', 'told', 'unknown_person', 'ended']);
export type NoticeState = z.infer<typeof noticeState>;

const recordedBy = z.object({
  kind: z.enum(['user', 'operator', 'system']),
  id: z.string().nullable(),
  name: z.string(),
});

const purposeName = z.object({ id: idSchema('purpose'), key: purposeKey, name: z.string() });

export const consent = z
  .object({
    id: idSchema('consent'),
    purpose: purposeName,
    subjectId: z.string(),
    textVersion: z.int(),
    status: consentStatus,
    grantedAt: moment,
    expiresAt: moment.nullable(),
    evidence: consentEvidence,
    recordedBy,
    replacedBy: idSchema('consent').nullable(),
    withdrawal: z
      .object({
        at: moment,
        by: recordedBy,
        reason: z.string().nullable(),
        stopped: z.int().meta({ description: 'Queued transmissions that were stopped with it' }),
        notices: z.array(
          z.object({
            to: z.string(),
            connectionId: idSchema('connection').nullable(),
            state: noticeState.meta({
              description:
                'unknown_person: they have nobody of that name, so there is nothing to withdraw. ended: not told, and not tried again by itself',
            }),
            toldAt: moment.nullable(),
            endedAt: moment.nullable().meta({ description: 'When it ended without being told' }),
            nextAt: moment.nullable().meta({ description: 'When it is tried again' }),
            attempts: z.int(),
            error: z.string().nullable().meta({ description: 'Why not, or not yet, in words for people' }),
          }),
        ),
      })
      .nullable(),
    traceId,
  })
  .meta({ id: 'Consent' });
export type Consent = z.infer<typeof consent>;

export const ledgerKind = z.enum(['granted', 'withdrawn']);

/** One line of the ledger. Lines are added and never changed: the state of every consent follows from them. */
export const ledgerEntry = z
  .object({
    id: idSchema('ledgerEntry'),
    kind: ledgerKind,
    consentId: idSchema('consent').meta({ description: 'The grant that was given or withdrawn' }),
    replaces: idSchema('consent')
      .nullable()
      .meta({ description: 'The grant that this one took the place of' }),
    purpose: purposeName,
    subjectId: z.string(),
    textVersion: z.int(),
    at: moment,
    expiresAt: moment.nullable(),
    evidence: consentEvidence,
    reason: z.string().nullable(),
    recordedBy,
    traceId,
  })
  .meta({ id: 'LedgerEntry' });
export type LedgerEntry = z.infer<typeof ledgerEntry>;

const purposeSettings = z.object({ name: z.string().trim().min(1).max(120), legalBasis });
const providerCategory = consentCategory.nullable();

const personEmail = z.email().max(254).meta({
  description:
    'The address by which connected providers know the person. Used to tell them, and forgotten once they are told',
});

export const createPurpose = defineRoute({
  name: 'createPurpose',
  method: 'POST',
  path: '/api/consent/purposes',
  tag,
  summary: 'State a purpose with its first text',
  body: purposeSettings.extend({
    key: purposeKey,
    texts: wordings,
    providerCategory: providerCategory.default('communications').meta({
      description: 'What connected providers are told that a person withdrew; null: they are not told',
    }),
  }),
  response: purpose,
  status: 201,
});

export const listPurposes = defineRoute({
  name: 'listPurposes',
  method: 'GET',
  path: '/api/consent/purposes',
  tag,
  summary: "List the tenant's purposes",
  query: pageQuery,
  response: pageOf(purpose),
});

export const readPurpose = defineRoute({
  name: 'readPurpose',
  method: 'GET',
  path: '/api/consent/purposes/:id',
  tag,
  summary: 'One purpose with every text it ever had, newest first',
  params: z.object({ id: idSchema('purpose') }),
  response: purpose.extend({ texts: z.array(consentText) }),
});

export const updatePurpose = defineRoute({
  name: 'updatePurpose',
  method: 'PATCH',
  path: '/api/consent/purposes/:id',
  tag,
  summary:
    'Change the name, the legal basis or what providers are told; archive, or take back from the archive. Key and texts stay',
  params: z.object({ id: idSchema('purpose') }),
  body: purposeSettings.extend({ providerCategory, archived: z.boolean() }).partial(),
  response: purpose,
});

export const publishConsentText = defineRoute({
  name: 'publishConsentText',
  method: 'POST',
  path: '/api/consent/purposes/:id/texts',
  tag,
  summary: 'Publish a new version of the text. Those before it stay as they are',
  params: z.object({ id: idSchema('purpose') }),
  body: z.object({
    texts: wordings,
    requiresRenewal: z
      .boolean()
      .default(false)
      .meta({ description: 'Earlier grants stop to hold, until people grant anew' }),
  }),
  response: consentText,
  status: 201,
});

export const createConsent = defineRoute({
  name: 'createConsent',
  method: 'POST',
  path: '/api/consents',
  tag,
  summary: 'Record that a person granted a purpose; a grant in force is replaced by the new one',
  body: z.object({
    subjectId,
    purpose: purposeKey,
    textVersion: z.int().min(1).meta({ description: 'The text that the person was shown' }),
    expiresAt: moment.optional(),
    evidence: consentEvidence.default({}),
  }),
  response: consent,
  status: 201,
});

export const listConsents = defineRoute({
  name: 'listConsents',
  method: 'GET',
  path: '/api/consents',
  tag,
  summary: 'List grants, newest first',
  query: pageQuery.extend({
    subjectId: z.string().max(200).optional(),
    purposeId: idSchema('purpose').optional(),
    status: consentStatus.optional(),
  }),
  response: pageOf(consent),
});

export const checkConsent = defineRoute({
  name: 'checkConsent',
  method: 'GET',
  path: '/api/consents/check',
  tag,
  summary: 'Whether a grant is in force for a person and a purpose now, and if not, why not',
  query: z.object({ subjectId, purpose: purposeKey }),
  response: z.object({
    inForce: z.boolean(),
    reason: z
      .enum(['unknown_purpose', 'never_granted', 'withdrawn', 'expired', 'outdated', 'archived'])
      .nullable(),
    consent: consent.nullable().meta({ description: 'The latest grant, whatever became of it' }),
  }),
});

const ledgerFilter = pageQuery.extend({
  subjectId: z.string().max(200).optional(),
  purposeId: idSchema('purpose').optional(),
  kind: ledgerKind.optional(),
});

export const listLedger = defineRoute({
  name: 'listLedger',
  method: 'GET',
  path: '/api/consents/ledger',
  tag,
  summary: 'Every grant and withdrawal as it happened, newest first',
  query: ledgerFilter,
  response: pageOf(ledgerEntry),
});

export const exportLedger = defineRoute({
  name: 'exportLedger',
  method: 'GET',
  path: '/api/consents/export',
  tag,
  summary: 'The ledger as a file, piece by piece: put the texts of all pages one after another',
  query: ledgerFilter.extend({ format: z.enum(['csv', 'jsonl']).default('csv') }),
  response: z.object({
    text: z.string(),
    mediaType: z.string(),
    fileName: z.string(),
    nextCursor: z.string().nullable(),
  }),
});

export const readConsent = defineRoute({
  name: 'readConsent',
  method: 'GET',
  path: '/api/consents/:id',
  tag,
  summary: 'One grant with its evidence and what became of it',
  params: z.object({ id: idSchema('consent') }),
  response: consent,
});

export const withdrawConsent = defineRoute({
  name: 'withdrawConsent',
  method: 'POST',
  path: '/api/consents/:id/withdraw',
  tag,
  summary:
    'Withdraw a grant: it holds no more with this answer, what is queued is stopped, providers are told after',
  params: z.object({ id: idSchema('consent') }),
  body: z.object({
    reason: z.string().trim().min(1).max(1000).optional(),
    email: personEmail.optional(),
  }),
  response: consent,
  status: 202,
});

export const tellWithdrawal = defineRoute({
  name: 'tellWithdrawal',
  method: 'POST',
  path: '/api/consents/:id/tell',
  tag,
  summary: 'Tell those again who could not be told of a withdrawal, from the start',
  params: z.object({ id: idSchema('consent') }),
  body: z.object({ email: personEmail.optional() }),
  response: consent,
  status: 202,
});
