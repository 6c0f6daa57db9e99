import { objects } from './objects.ts';

/** Organisations. */
export const companies = objects({
  type: 'companies',
  label: 'Companies',
  eventPrefix: 'company',
  modifiedProperty: 'hs_lastmodifieddate',
  fields: [
    { name: 'name', label: 'Name', type: 'string', writable: true },
    { name: 'domain', label: 'Domain', type: 'string', writable: true },
    { name: 'industry', label: 'Industry', type: 'enum', writable: true },
    { name: 'phone', label: 'Phone', type: 'phone', writable: true },
    { name: 'city', label: 'City', type: 'string', writable: true },
    { name: 'country', label: 'Country', type: 'string', writable: true },
    { name: 'numberofemployees', label: 'Employees', type: 'number', writable: true },
  ],
  display: ({ id, properties: { name, domain, city } }) => {
    const subtitle = [name ? domain : undefined, city].filter(Boolean).join(' · ');
    return { title: name || domain || `Company ${id}`, ...(subtitle === '' ? {} : { subtitle }) };
  },
});
