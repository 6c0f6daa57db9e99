import { items } from './items.ts';

/** Sales under way. */
export const deals = items({
  name: 'deals',
  label: 'Deals',
  eventPrefix: 'deal',
  entityTypeId: 2,
  fields: [
    { name: 'title', label: 'Title', type: 'string', writable: true },
    { name: 'stageId', label: 'Stage', type: 'enum', writable: true },
    { name: 'categoryId', label: 'Pipeline', type: 'number', writable: true },
    { name: 'opportunity', label: 'Amount', type: 'number', writable: true },
    { name: 'currencyId', label: 'Currency', type: 'enum', writable: true },
    { name: 'probability', label: 'Probability', type: 'number', writable: true },
    { name: 'companyId', label: 'Company', type: 'number', writable: true },
    { name: 'contactIds', label: 'Contacts', type: 'json', writable: true },
    { name: 'closedate', label: 'Closes', type: 'date', writable: true },
    { name: 'sourceId', label: 'Source', type: 'enum', writable: true },
    { name: 'comments', label: 'Comment', type: 'string', writable: true },
  ],
  display: ({ id, title, opportunity, currencyId, stageId }) => {
    const amount =
      typeof opportunity === 'number'
        ? `${opportunity} ${typeof currencyId === 'string' ? currencyId : ''}`.trim()
        : '';
    const subtitle = [amount, stageId].filter(Boolean).join(' · ');
    const shown = typeof title === 'string' && title !== '' ? title : `Deal ${id}`;
    return { title: shown, ...(subtitle === '' ? {} : { subtitle }) };
  },
});
