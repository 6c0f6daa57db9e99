import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportLedger, ledgerEntry, listLedger, type LedgerEntry } from '@mortise/contract';
import { csvField } from './export-lines.ts';
import { bodyOf, consentRig, type ConsentRig } from './testing/rig.ts';

let rig: ConsentRig;
beforeAll(async () => void (rig = await consentRig()));
afterAll(() => rig.drop());

/** Reads a CSV of RFC 4180 back, as its own little machine and not by the code under test. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at++) {
        field += text[at];
        if (text[at] === '"') at += 1;
      }
      at += 1;
    } else {
      for (; text[at] !== ',' && text[at] !== '\r'; at++) field += text[at];
    }
    row.push(field);
    if (text[at] === ',') at += 1;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
const plain = (field: string) => field.replace(/^'/, '');

async function exported(tenantId: string, format: 'csv' | 'jsonl', limit: number): Promise<string> {
  let text = '';
  let cursor: string | undefined;
  do {
    const query = exportLedger.query.parse({ format, limit, cursor });
    const input = { params: undefined, body: undefined, query };
    const page = exportLedger.response.parse(
      bodyOf(await rig.consents.export(rig.contextOf(tenantId), input)),
    );
    text += page.text;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return text;
}

async function ledger(tenantId: string): Promise<LedgerEntry[]> {
  const query = listLedger.query.parse({ limit: 200 });
  const input = { params: undefined, body: undefined, query };
  return listLedger.response.parse(bodyOf(await rig.consents.ledger(rig.contextOf(tenantId), input))).data;
}

const wild = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('=1+1', '+1', '-1', '@SUM(A1)', "'=x", '\t=1', ' =1', 'a,"b"\r\nc', '\uFF1D1', '"', "'"),
);

it('what is exported reads back as the ledger is, in both formats, however it is cut into pages', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(wild, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
      async (texts, limit) => {
        const tenantId = await rig.newTenant();
        await rig.purpose(tenantId);
        for (const [n, text] of texts.entries()) {
          const { id } = await rig.grant(tenantId, `=subject_${n}`, {
            evidence: { ip: '2001:db8::1', userAgent: text, locale: 'pt-BR', details: { form: text } },
          });
          await rig.withdraw(tenantId, id, text.trim() === '' ? undefined : text);
        }
        const entries = await ledger(tenantId);
        const lines = (await exported(tenantId, 'jsonl', limit)).trimEnd().split('\n');
        expect(lines.map((line) => ledgerEntry.parse(JSON.parse(line)))).toEqual(entries);

        const [header, ...rows] = parseCsv(await exported(tenantId, 'csv', limit));
        const read = rows.map((row) => Object.fromEntries(row.map((field, n) => [header![n], plain(field)])));
        expect(
          read.map((row) => [
            row['id'],
            row['kind'],
            row['subject_id'],
            row['reason'],
            row['evidence_user_agent'],
          ]),
        ).toEqual(
          entries.map((entry) => [
            entry.id,
            entry.kind,
            entry.subjectId,
            entry.reason ?? '',
            entry.evidence.userAgent ?? '',
          ]),
        );
        const details = read
          .map((row) => row['evidence_details']!)
          .map((json) => (json === '' ? undefined : JSON.parse(json)));
        expect(details).toEqual(entries.map((entry) => entry.evidence.details));
      },
    ),
    { numRuns: 15 },
  );
});

it('no field begins as a formula, whatever it holds, and each gives its value back', () => {
  fc.assert(
    fc.property(fc.oneof(wild, fc.string({ unit: 'binary' })), (value) => {
      const [[field = ''] = []] = parseCsv(`${csvField(value)}\r\n`);
      expect(field).not.toMatch(/^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/u);
      expect(plain(field)).toBe(value);
    }),
    { numRuns: 500 },
  );
});

it('an export is in the audit log once, not a time a page', async () => {
  const tenantId = await rig.newTenant();
  await rig.purpose(tenantId);
  for (const who of ['ann', 'bob', 'cid']) await rig.grant(tenantId, who);
  await exported(tenantId, 'csv', 1);
  const rows = await rig.db.tenant(tenantId, (tx) =>
    tx.query("select from audit_entries where tenant_id = $1 and action = 'consent.exported'", [tenantId]),
  );
  expect(rows).toHaveLength(1);
});
