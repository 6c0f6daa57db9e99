import { objects } from './objects.ts';

/** People. Their last change stands in a property without the `hs_` that every other type has. */
export const contacts = objects({
  type: 'contacts',
  label: 'Contacts',
  eventPrefix: 'contact',
  modifiedProperty: 'lastmodifieddate',
  fields: [
    { name: 'firstname', label: 'First name', type: 'string', writable: true },
    { name: 'lastname', label: 'Last name', type: 'string', writable: true },
    { name: 'email', label: 'E-mail', type: 'email', writable: true },
    { name: 'phone', label: 'Phone', type: 'phone', writable: true },
    { name: 'company', label: 'Company', type: 'string', writable: true },
    { name: 'jobtitle', label: 'Job title', type: 'string', writable: true },
    { name: 'city', label: 'City', type: 'string', writable: true },
    { name: 'country', label: 'Country', type: 'string', writable: true },
    { name: 'lifecyclestage', label: 'Lifecycle stage', type: 'enum', writable: true },
  ],
  display: ({ id, properties: { firstname, lastname, email, company } }) => {
    const name = [firstname, lastname].filter(Boolean).join(' ');
    const subtitle = [name === '' ? undefined : email, company].filter(Boolean).join(' · ');
    return { title: name || email || `Contact ${id}`, ...(subtitle === '' ? {} : { subtitle }) };
  },
});
