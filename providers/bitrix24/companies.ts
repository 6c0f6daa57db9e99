import { items } from './items.ts';

/** Organisations. */
export const companies = items({
  name: 'companies',
  label: 'Companies',
  eventPrefix: 'company',
  entityTypeId: 4,
  fields: [
    { name: 'title', label: 'Name', type: 'string', writable: true },
    { name: 'typeId', label: 'Type', type: 'enum', writable: true },
    { name: 'industry', label: 'Industry', type: 'enum', writable: true },
    { name: 'email', label: 'E-mail', type: 'email', writable: true },
    { name: 'phone', label: 'Phone', type: 'phone', writable: true },
    { name: 'revenue', label: 'Revenue', type: 'number', writable: true },
    { name: 'currencyId', label: 'Currency', type: 'enum', writable: true },
    { name: 'comments', label: 'Comment', type: 'string', writable: true },
  ],
  display: ({ id, title, industry }) => ({
    title: typeof title === 'string' && title !== '' ? title : `Company ${id}`,
    ...(typeof industry === 'string' && industry !== '' ? { subtitle: industry } : {}),
  }),
});
