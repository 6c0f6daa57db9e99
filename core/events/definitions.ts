import type { Tx } from '@mortise/platform/database';
import type { Draft } from './publication.ts';
import { dataInvalid, typeArchived, typeUnknown } from './publish-errors.ts';
import { readRules, readSchemas } from './publish-store.ts';
import { validate } from './schema/validate.ts';
import type { JsonSchema } from './schema/keywords.ts';

/** Says what is wrong with an event by the definition of its type; undefined when nothing is. */
export type Judge = (draft: Draft) => Error | undefined;

export interface Definitions {
  /**
   * Reads the rules for these events in the transaction that will write them, so that a definition holds for all that
   * is published after it was changed, in whatever process.
   */
  judge(tx: Tx, drafts: readonly Draft[]): Promise<Judge>;
}

interface Rule {
  strict: boolean;
  definition: { id: string; version: number; archived: boolean } | undefined;
}

const mostKept = 1_000;
const pairKey = (tenantId: string, type: string) => `${tenantId} ${type}`;

/** Keeps schemas by the version of their definition; who may publish what is asked anew each time. */
export function createDefinitions(): Definitions {
  const schemas = new Map<string, { version: number; schema: JsonSchema | undefined }>();

  async function load(tx: Tx, wanted: readonly { id: string; version: number }[]): Promise<void> {
    const missing = wanted.filter(({ id, version }) => schemas.get(id)?.version !== version);
    if (missing.length === 0) return;
    const rows = await readSchemas(
      tx,
      missing.map(({ id }) => id),
    );
    for (const { id, version, schema } of rows) {
      schemas.delete(id);
      const [oldest] = schemas.keys();
      if (schemas.size >= mostKept && oldest !== undefined) schemas.delete(oldest);
      schemas.set(id, { version, schema: schema === null ? undefined : (schema as JsonSchema) });
    }
  }

  return {
    async judge(tx, drafts) {
      const pairs = new Map(
        drafts.map(({ event }) => [
          pairKey(event.tenantId, event.type),
          { tenantId: event.tenantId, type: event.type },
        ]),
      );
      const rules = new Map<string, Rule>();
      for (const row of await readRules(tx, [...pairs.values()])) {
        const { id, version, archived } = row;
        const definition = id === null ? undefined : { id, version, archived };
        rules.set(pairKey(row.tenant_id, row.type), { strict: row.strict, definition });
      }
      await load(
        tx,
        [...rules.values()].flatMap(({ definition }) => definition ?? []),
      );

      return ({ event, place }) => {
        const rule = rules.get(pairKey(event.tenantId, event.type));
        const definition = rule?.definition;
        if (definition === undefined)
          return rule?.strict === true ? typeUnknown(place, event.type) : undefined;
        if (definition.archived) return typeArchived(place, event.type);
        const schema = schemas.get(definition.id)?.schema;
        if (schema === undefined) return undefined;
        const issues = validate(schema, event.data);
        return issues.length === 0 ? undefined : dataInvalid(place, event.type, issues);
      };
    },
  };
}
