import { objects } from './objects.ts';

/**
 * Sales. A stage is told by its id within a pipeline (`GET /crm/v3/pipelines/deals` names them), and a stage alone
 * means the default pipeline. The primary company comes as a property, so that list and search agree on it
 * (unconfirmed: the property is not in the published collection); contacts can be named when a deal is made.
 */
export const deals = objects({
  type: 'deals',
  label: 'Deals',
  eventPrefix: 'deal',
  modifiedProperty: 'hs_lastmodifieddate',
  fields: [
    { name: 'dealname', label: 'Name', type: 'string', writable: true, required: true },
    { name: 'amount', label: 'Amount', type: 'number', writable: true },
    { name: 'deal_currency_code', label: 'Currency', type: 'enum', writable: true },
    { name: 'pipeline', label: 'Pipeline', type: 'enum', writable: true },
    { name: 'dealstage', label: 'Stage', type: 'enum', writable: true, required: true },
    { name: 'closedate', label: 'Close date', type: 'datetime', writable: true },
    { name: 'dealtype', label: 'Type', type: 'enum', writable: true },
    { name: 'description', label: 'Description', type: 'string', writable: true },
    { name: 'hubspot_owner_id', label: 'Owner', type: 'string', writable: true },
    { name: 'hs_primary_associated_company', label: 'Primary company', type: 'string', writable: false },
  ],
  associations: [
    { field: 'contact_id', label: 'Contact', typeId: 3 },
    { field: 'company_id', label: 'Company', typeId: 5 },
  ],
  display: ({ id, properties: { dealname, amount, deal_currency_code, closedate } }) => {
    const worth = amount ? [amount, deal_currency_code].filter(Boolean).join(' ') : undefined;
    const subtitle = [worth, closedate?.slice(0, 10)].filter(Boolean).join(' · ');
    return { title: dealname || `Deal ${id}`, ...(subtitle === '' ? {} : { subtitle }) };
  },
});
