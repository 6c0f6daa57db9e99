import { failure } from './envelopes.ts';
import { ITEM_TYPES, shape, take, WITH_MULTIFIELDS } from './item-types.ts';
import { listItems } from './list-items.ts';
import type { Method } from './method.ts';
import type { Portal } from './portals.ts';
import type { EmulatedRecord, EmulatorResponse, World } from '../../kit/emulator/index.ts';

type Params = Readonly<Record<string, unknown>>;
type ItemType = (typeof ITEM_TYPES)[string];

/** `crm.item.*`: one set of methods for every type of item. `fields` is not modelled. */
export function itemMethods(world: World): [string, Method][] {
  const of =
    (act: (params: Params, portal: Portal, type: ItemType, typeId: number) => ReturnType<Method>): Method =>
    (params, portal) => {
      const typeId = Number(params['entityTypeId']);
      const type = ITEM_TYPES[String(typeId)];
      return type === undefined
        ? failure(400, 'NOT_FOUND', 'Smart process not found')
        : act(params, portal, type, typeId);
    };
  const find = (
    { id }: Params,
    { account }: Portal,
    { collection }: ItemType,
  ): EmulatedRecord | undefined => {
    const record = world.records.get(account.id, collection, String(id));
    return record?.archivedAt === undefined ? record : undefined;
  };
  const told = (record: EmulatedRecord, typeId: number, { offset }: Portal) => ({
    body: { result: { item: shape(record, typeId, offset) } },
  });

  return [
    [
      'crm.item.list',
      of((params, portal, type, typeId) =>
        listItems(
          world.records.all(portal.account.id, type.collection).filter((one) => one.archivedAt === undefined),
          params,
          (record) => shape(record, typeId, portal.offset),
        ),
      ),
    ],
    [
      'crm.item.get',
      of((params, portal, type, typeId) => {
        const record = find(params, portal, type);
        return record === undefined ? missing() : told(record, typeId, portal);
      }),
    ],
    [
      'crm.item.add',
      of((params, portal, type, typeId) => {
        const fields = readFields(params, type, {});
        if ('status' in fields) return fields;
        const made = world.records.create(portal.account.id, type.collection, fields.values);
        return told(made, typeId, portal);
      }),
    ],
    [
      'crm.item.update',
      of((params, portal, type, typeId) => {
        const record = find(params, portal, type);
        if (record === undefined) return missing();
        const fields = readFields(params, type, record.fields);
        if ('status' in fields) return fields;
        const { account } = portal;
        const updated = world.records.update(account.id, type.collection, record.id, fields.values);
        return updated === undefined ? missing() : told(updated, typeId, portal);
      }),
    ],
    [
      'crm.item.delete',
      of((params, portal, type) => {
        const record = find(params, portal, type);
        if (record === undefined) return missing();
        world.records.archive(portal.account.id, type.collection, record.id);
        return { body: { result: [] } };
      }),
    ],
  ];
}

/** Fields nobody knows are ignored, values that do not fit are refused, and `fm` adds to what is there. */
function readFields(
  params: Params,
  type: ItemType,
  before: Readonly<Record<string, string>>,
): { values: Record<string, string> } | EmulatorResponse {
  const given = params['fields'];
  if (typeof given !== 'object' || given === null)
    return failure(400, '100', 'Could not find value for parameter {fields}');
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const kind = type.fields[name];
    if (kind === undefined) continue;
    const text = take(kind, value);
    if (text === undefined)
      return failure(400, 'CRM_FIELD_ERROR_VALUE_NOT_VALID', `Invalid value for field "${name}"`);
    values[name] = text;
  }
  const fm = (given as Params)['fm'];
  if (fm === undefined || fm === null || !WITH_MULTIFIELDS.includes(type.collection)) return { values };
  if (!Array.isArray(fm))
    return failure(400, '100', `Expected iterable value for multiple field, but got ${typeof fm} instead`);
  for (const one of fm as Params[]) {
    const name = String(one['typeId']).toLowerCase();
    const value = typeof one['value'] === 'string' ? one['value'].replaceAll(' ', '\u00a0') : '';
    if (name !== 'email' && name !== 'phone') continue;
    values[name] = [values[name] ?? before[name], value].filter(Boolean).join(' ');
  }
  return { values };
}

function missing(): EmulatorResponse {
  return failure(400, 'NOT_FOUND', 'Element not found');
}
