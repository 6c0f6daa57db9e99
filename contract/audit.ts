import { z } from 'zod';
import { idSchema } from './ids.ts';
import { moment, pageOf, pageQuery, traceId } from './page.ts';
import { defineRoute } from './route.ts';

export const auditEntry = z
  .object({
    id: idSchema('audit'),
    action: z.string().meta({ description: 'What was done, such as integration.created' }),
    actor: z.object({
      kind: z.enum(['user', 'operator', 'system']),
      id: z.string().nullable(),
      name: z.string(),
    }),
    subject: z.string().nullable().meta({ description: 'Id of the thing it was done to' }),
    details: z.record(z.string(), z.json()),
    traceId,
    at: moment,
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;

export const listAudit = defineRoute({
  name: 'listAudit',
  method: 'GET',
  path: '/api/audit',
  tag: 'Audit',
  summary: 'Who did what, newest first',
  query: pageQuery.extend({ subject: z.string().max(100).optional() }),
  response: pageOf(auditEntry),
});
