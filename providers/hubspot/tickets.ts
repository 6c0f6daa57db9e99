import { objects } from './objects.ts';

/**
 * Requests for help. The stage is what people call the ticket's status; it is told by its id within a pipeline
 * (`GET /crm/v3/pipelines/tickets` names them). No default property tells contact or company: both can be named
 * when a ticket is made.
 */
export const tickets = objects({
  type: 'tickets',
  label: 'Tickets',
  eventPrefix: 'ticket',
  modifiedProperty: 'hs_lastmodifieddate',
  fields: [
    { name: 'subject', label: 'Subject', type: 'string', writable: true, required: true },
    { name: 'content', label: 'Description', type: 'string', writable: true },
    { name: 'hs_pipeline', label: 'Pipeline', type: 'enum', writable: true },
    { name: 'hs_pipeline_stage', label: 'Status', type: 'enum', writable: true, required: true },
    { name: 'hs_ticket_priority', label: 'Priority', type: 'enum', writable: true },
    { name: 'hs_ticket_category', label: 'Category', type: 'enum', writable: true },
    { name: 'source_type', label: 'Source', type: 'enum', writable: true },
    { name: 'hubspot_owner_id', label: 'Owner', type: 'string', writable: true },
  ],
  associations: [
    { field: 'contact_id', label: 'Contact', typeId: 16 },
    { field: 'company_id', label: 'Company', typeId: 26 },
  ],
  display: ({ id, properties: { subject, hs_ticket_priority, hs_ticket_category } }) => {
    const subtitle = [hs_ticket_priority, hs_ticket_category].filter(Boolean).join(' · ');
    return { title: subject || `Ticket ${id}`, ...(subtitle === '' ? {} : { subtitle }) };
  },
});
