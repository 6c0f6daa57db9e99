import { items } from './items.ts';

/** People. */
export const contacts = items({
  name: 'contacts',
  label: 'Contacts',
  eventPrefix: 'contact',
  entityTypeId: 3,
  fields: [
    { name: 'name', label: 'First name', type: 'string', writable: true },
    { name: 'secondName', label: 'Middle name', type: 'string', writable: true },
    { name: 'lastName', label: 'Last name', type: 'string', writable: true },
    { name: 'post', label: 'Job title', type: 'string', writable: true },
    { name: 'email', label: 'E-mail', type: 'email', writable: true },
    { name: 'phone', label: 'Phone', type: 'phone', writable: true },
    { name: 'companyId', label: 'Company', type: 'number', writable: true },
    { name: 'sourceId', label: 'Source', type: 'enum', writable: true },
    { name: 'comments', label: 'Comment', type: 'string', writable: true },
  ],
  display: ({ id, name, lastName, post }) => {
    const shown = [name, lastName].filter(Boolean).join(' ');
    return {
      title: shown || `Contact ${id}`,
      ...(typeof post === 'string' && post ? { subtitle: post } : {}),
    };
  },
});
