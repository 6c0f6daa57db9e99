/** One step of a pipeline; `metadata` as HubSpot tells it, all texts. */
export interface Stage {
  id: string;
  label: string;
  metadata: Readonly<Record<string, string>>;
}

export interface Pipeline {
  id: string;
  label: string;
  stages: readonly Stage[];
}

const sale = (id: string, label: string, probability: string, isClosed = false): Stage => ({
  id,
  label,
  metadata: { isClosed: String(isClosed), probability },
});
const help = (id: string, label: string, isClosed = false): Stage => ({
  id,
  label,
  metadata: { isClosed: String(isClosed), ticketState: isClosed ? 'CLOSED' : 'OPEN' },
});

/**
 * Each type's pipelines, the default one first: HubSpot's own, as a new account has them, and a second of the
 * account's making. Stages of pipelines that people make have numbers for ids.
 */
export const PIPELINES: Readonly<Record<string, readonly [Pipeline, ...Pipeline[]]>> = {
  deals: [
    {
      id: 'default',
      label: 'Sales Pipeline',
      stages: [
        sale('appointmentscheduled', 'Appointment Scheduled', '0.2'),
        sale('qualifiedtobuy', 'Qualified To Buy', '0.4'),
        sale('presentationscheduled', 'Presentation Scheduled', '0.6'),
        sale('decisionmakerboughtin', 'Decision Maker Bought-In', '0.8'),
        sale('contractsent', 'Contract Sent', '0.9'),
        sale('closedwon', 'Closed Won', '1.0', true),
        sale('closedlost', 'Closed Lost', '0.0', true),
      ],
    },
    {
      id: '61820447',
      label: 'Renewals',
      stages: [
        sale('118340201', 'Due', '0.5'),
        sale('118340202', 'In talks', '0.7'),
        sale('118340203', 'Renewed', '1.0', true),
        sale('118340204', 'Left', '0.0', true),
      ],
    },
  ],
  tickets: [
    {
      id: '0',
      label: 'Support Pipeline',
      stages: [
        help('1', 'New'),
        help('2', 'Waiting on contact'),
        help('3', 'Waiting on us'),
        help('4', 'Closed', true),
      ],
    },
    {
      id: '61820452',
      label: 'Warranty',
      stages: [
        help('118340211', 'Reported'),
        help('118340212', 'Inspected'),
        help('118340213', 'Settled', true),
      ],
    },
  ],
};

/** Which properties say where in a pipeline a record is. */
export const PLACES: Readonly<Record<string, { pipeline: string; stage: string }>> = {
  deals: { pipeline: 'pipeline', stage: 'dealstage' },
  tickets: { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage' },
};
