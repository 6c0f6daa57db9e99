import { portalTime } from './portals.ts';
import type { EmulatedRecord } from '../../kit/emulator/index.ts';

type FieldType = 'text' | 'number' | 'id' | 'ids' | 'date';

const texts = (...names: string[]): Record<string, FieldType> =>
  Object.fromEntries(names.map((name) => [name, 'text']));

/** The item types by their numbers: their collection and the fields they have. */
export const ITEM_TYPES: Readonly<
  Record<string, { collection: string; label: string; fields: Readonly<Record<string, FieldType>> }>
> = {
  1: {
    collection: 'leads',
    label: 'Lead',
    fields: {
      ...texts('title', 'name', 'secondName', 'lastName', 'companyTitle', 'post', 'stageId', 'sourceId'),
      ...texts('currencyId', 'comments'),
      opportunity: 'number',
    },
  },
  2: {
    collection: 'deals',
    label: 'Deal',
    fields: {
      ...texts('title', 'stageId', 'typeId', 'currencyId', 'sourceId', 'comments'),
      opportunity: 'number',
      probability: 'number',
      categoryId: 'id',
      companyId: 'id',
      contactIds: 'ids',
      closedate: 'date',
    },
  },
  3: {
    collection: 'contacts',
    label: 'Contact',
    fields: {
      ...texts('name', 'secondName', 'lastName', 'post', 'typeId', 'sourceId', 'comments'),
      companyId: 'id',
    },
  },
  4: {
    collection: 'companies',
    label: 'Company',
    fields: { ...texts('title', 'typeId', 'industry', 'currencyId', 'comments'), revenue: 'number' },
  },
};

export const WITH_MULTIFIELDS: readonly string[] = ['leads', 'contacts', 'companies'];

function typeOfCollection(collection: string) {
  return Object.values(ITEM_TYPES).find((one) => one.collection === collection);
}

/** A stored text as the API tells it. */
function tell(type: FieldType, text: string | undefined, offset: string): unknown {
  if (type === 'ids') return text ? text.split(',').map(Number) : [];
  if (text === undefined || text === '') return null;
  if (type === 'number' || type === 'id') return Number(text);
  return type === 'date' ? `${text}T00:00:00${offset}` : text;
}

/** A given value as it is stored; undefined when it does not fit the field. */
export function take(type: FieldType, value: unknown): string | undefined {
  if (value === null || value === '') return '';
  if (type === 'ids') {
    return Array.isArray(value) && value.every((one) => /^\d+$/.test(String(one)))
      ? value.join(',')
      : undefined;
  }
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  if (type === 'number') return Number.isFinite(Number(text)) ? text : undefined;
  if (type === 'id') return /^\d+$/.test(text) ? text : undefined;
  if (type === 'date') return /^\d{4}-\d\d-\d\d/.test(text) ? text.slice(0, 10) : undefined;
  return text;
}

/** An item as the API shows it. `fm` comes only where no fields were selected. */
export function shape(record: EmulatedRecord, entityTypeId: number, offset: string): Record<string, unknown> {
  const type = typeOfCollection(record.collection);
  const { fields } = record;
  const id = Number(record.id);
  const many = (['phone', 'email'] as const).flatMap((name, index) =>
    fields[name] === undefined || fields[name] === ''
      ? []
      : fields[name].split(' ').map((value, nth) => ({
          id: id * 20 + index * 10 + nth,
          valueType: 'WORK',
          value: value.replaceAll('\u00a0', ' '),
          typeId: name.toUpperCase(),
        })),
  );
  return {
    id,
    createdTime: portalTime(record.createdAt, offset),
    updatedTime: portalTime(record.updatedAt, offset),
    createdBy: 1,
    updatedBy: 1,
    assignedById: 1,
    opened: 'Y',
    ...Object.fromEntries(
      Object.entries(type?.fields ?? {}).map(([name, kind]) => [name, tell(kind, fields[name], offset)]),
    ),
    ...(WITH_MULTIFIELDS.includes(record.collection) ? { fm: many } : {}),
    entityTypeId,
  };
}
