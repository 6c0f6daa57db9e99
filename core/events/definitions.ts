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

interface Definition {
  id: string;
  version: number;
  archived: boolean;
}

interface Rules {
  strict: boolean;
  byType: Map<string, Definition>;
}

const mostKept = 1_000;

/** Keeps schemas by the version of their definition; who may publish what is asked anew each time. */
export function createDefinitions(): Definitions {
  const schemas = new Map<string, { version: number; schema: JsonSchema | undefined }>();

  /** The schemas of definitions, by their ids; apart from what is kept, whence any may go again before it is used. */
  async function load(
    tx: Tx,
    wanted: readonly { id: string; version: number }[],
  ): Promise<ReadonlyMap<string, JsonSchema | undefined>> {
    const found = new Map<string, JsonSchema | undefined>();
    const missing: string[] = [];
    for (const { id, version } of wanted) {
      const kept = schemas.get(id);
      if (kept?.version === version) found.set(id, kept.schema);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    for (const { id, version, schema: stored } of await readSchemas(tx, missing)) {
      const schema = stored ?? undefined;
      found.set(id, schema);
      schemas.delete(id);
      const [oldest] = schemas.keys();
      if (schemas.size >= mostKept && oldest !== undefined) schemas.delete(oldest);
      schemas.set(id, { version, schema });
    }
    return found;
  }

  return {
    async judge(tx, drafts) {
      const pairs = new Map(
        drafts.map(({ event: { tenantId, type } }) => [`${tenantId} ${type}`, { tenantId, type }]),
      );
      const rules = new Map<string, Rules>();
      const definitions: Definition[] = [];
      for (const row of await readRules(tx, [...pairs.values()])) {
        let rule = rules.get(row.tenant_id);
        if (rule === undefined) rules.set(row.tenant_id, (rule = { strict: row.strict, byType: new Map() }));
        if (row.type === null || (!row.own && rule.byType.has(row.type))) continue;
        const { id, version, archived } = row;
        rule.byType.set(row.type, { id, version, archived });
        definitions.push({ id, version, archived });
      }
      const found = await load(tx, definitions);

      return ({ event, place }) => {
        const rule = rules.get(event.tenantId);
        const definition = rule?.byType.get(event.type);
        if (definition === undefined)
          return rule?.strict === true ? typeUnknown(place, event.type) : undefined;
        if (definition.archived) return typeArchived(place, event.type);
        const schema = found.get(definition.id);
        if (schema === undefined) return undefined;
        const issues = validate(schema, event.data);
        return issues.length === 0 ? undefined : dataInvalid(place, event.type, issues);
      };
    },
  };
}
