import { random, seedOf } from './random.ts';
import type { Change, Collection, EmulatedAccount, EmulatedRecord } from './record-types.ts';

export interface RecordsSnapshot {
  /** Only what differs from the generated world. */
  edited: EmulatedRecord[];
  nextNew: number;
}

type Table = Map<string, EmulatedRecord>;

/**
 * An emulator's records: generated from the seed on first use, then edited. Ids and contents are the same after
 * every start with one seed, whatever the count; edits are kept apart, so that a snapshot stays small.
 */
export class RecordStore {
  readonly #definition: { accounts: readonly EmulatedAccount[]; collections: readonly Collection[] };
  readonly #seed: number;
  readonly #counts: Readonly<Record<string, number>>;
  readonly #now: () => Date;
  readonly #onChange: (change: Change) => void;
  readonly #tables = new Map<string, Table>();
  #edited = new Map<string, EmulatedRecord>();
  #nextNew = 0;

  constructor(
    definition: { accounts: readonly EmulatedAccount[]; collections: readonly Collection[] },
    options: {
      seed: number;
      counts: Readonly<Record<string, number>>;
      now: () => Date;
      onChange: (change: Change) => void;
    },
  ) {
    this.#definition = definition;
    this.#seed = options.seed;
    this.#counts = options.counts;
    this.#now = options.now;
    this.#onChange = options.onChange;
  }

  /** Every record of a collection, archived ones too, in the order of their making. */
  all(accountId: string, collection: string): EmulatedRecord[] {
    return [...this.#table(accountId, collection).values()];
  }

  get(accountId: string, collection: string, id: string): EmulatedRecord | undefined {
    return this.#table(accountId, collection).get(id);
  }

  create(accountId: string, collection: string, fields: Record<string, string>): EmulatedRecord {
    const at = this.#now().getTime();
    const count = this.#count(this.#collection(collection));
    // Past the generated ones with room to spare, so that a larger world with the same seed does not collide.
    const id = this.#collection(collection).idOf(1_000_000 + count + this.#nextNew++);
    const record = { id, accountId, collection, fields: { ...fields }, createdAt: at, updatedAt: at };
    return this.#put(record, { kind: 'created', record, changedFields: Object.keys(fields) });
  }

  /** The record with fields set; its change time moves only if something changed. Undefined when there is none. */
  update(
    accountId: string,
    collection: string,
    id: string,
    fields: Record<string, string>,
  ): EmulatedRecord | undefined {
    const old = this.get(accountId, collection, id);
    if (old === undefined || old.archivedAt !== undefined) return undefined;
    const changedFields = Object.keys(fields).filter((name) => (old.fields[name] ?? '') !== fields[name]);
    if (changedFields.length === 0) return old;
    const updatedAt = Math.max(this.#now().getTime(), old.updatedAt + 1);
    const record = { ...old, fields: { ...old.fields, ...fields }, updatedAt };
    return this.#put(record, { kind: 'updated', record, changedFields });
  }

  archive(accountId: string, collection: string, id: string): EmulatedRecord | undefined {
    const old = this.get(accountId, collection, id);
    if (old === undefined || old.archivedAt !== undefined) return undefined;
    const at = Math.max(this.#now().getTime(), old.updatedAt + 1);
    const record = { ...old, updatedAt: at, archivedAt: at };
    return this.#put(record, { kind: 'archived', record, changedFields: [] });
  }

  snapshot(): RecordsSnapshot {
    return { edited: [...this.#edited.values()], nextNew: this.#nextNew };
  }

  restore(snapshot: RecordsSnapshot): void {
    this.reset();
    this.#nextNew = snapshot.nextNew;
    for (const record of snapshot.edited) {
      this.#edited.set(keyOf(record), record);
      this.#table(record.accountId, record.collection).set(record.id, record);
    }
  }

  reset(): void {
    this.#tables.clear();
    this.#edited = new Map();
    this.#nextNew = 0;
  }

  #put(record: EmulatedRecord, change: Change): EmulatedRecord {
    this.#table(record.accountId, record.collection).set(record.id, record);
    this.#edited.set(keyOf(record), record);
    this.#onChange(change);
    return record;
  }

  #collection(name: string): Collection {
    const found = this.#definition.collections.find((one) => one.name === name);
    if (found === undefined) throw new RangeError(`no collection ${name}`);
    return found;
  }

  #count(collection: Collection): number {
    return this.#counts[collection.name] ?? collection.count;
  }

  #table(accountId: string, name: string): Table {
    const key = `${accountId}/${name}`;
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const collection = this.#collection(name);
    const table: Table = new Map();
    for (let index = 0; index < this.#count(collection); index++) {
      const generator = random(seedOf(this.#seed, accountId, name, index));
      const id = collection.idOf(index);
      table.set(id, { id, accountId, collection: name, ...collection.generate(generator, index, accountId) });
    }
    this.#tables.set(key, table);
    return table;
  }
}

function keyOf(record: EmulatedRecord): string {
  return `${record.accountId}/${record.collection}/${record.id}`;
}
