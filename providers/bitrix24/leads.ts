import { items } from './items.ts';

/** First interest, before there is a contact or a deal. */
export const leads = items({
  name: 'leads',
  label: 'Leads',
  eventPrefix: 'lead',
  entityTypeId: 1,
  fields: [
    { name: 'title', label: 'Title', type: 'string', writable: true },
    { name: 'name', label: 'First name', type: 'string', writable: true },
    { name: 'lastName', label: 'Last name', type: 'string', writable: true },
    { name: 'companyTitle', label: 'Company', type: 'string', writable: true },
    { name: 'post', label: 'Job title', type: 'string', writable: true },
    { name: 'email', label: 'E-mail', type: 'email', writable: true },
    { name: 'phone', label: 'Phone', type: 'phone', writable: true },
    { name: 'stageId', label: 'Stage', type: 'enum', writable: true },
    { name: 'sourceId', label: 'Source', type: 'enum', writable: true },
    { name: 'opportunity', label: 'Amount', type: 'number', writable: true },
    { name: 'currencyId', label: 'Currency', type: 'enum', writable: true },
    { name: 'comments', label: 'Comment', type: 'string', writable: true },
  ],
  display: ({ id, title, name, lastName, companyTitle }) => {
    const subtitle = [[name, lastName].filter(Boolean).join(' '), companyTitle].filter(Boolean).join(' · ');
    const shown = typeof title === 'string' && title !== '' ? title : `Lead ${id}`;
    return { title: shown, ...(subtitle === '' ? {} : { subtitle }) };
  },
});
