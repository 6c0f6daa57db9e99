import { MortiseError } from '../kernel/index.ts';

/** @param place where in the request it is: `body`, or `body.events.3` in a batch */
const at = (place: string, field: string, message: string) => ({ path: `${place}.${field}`, message });

export const idReused = (place: string) =>
  new MortiseError('event_id_reused', {
    detail:
      'An event with this id and other content was published. Send what you sent then, or use a new id.',
    issues: [at(place, 'id', 'was used for other content')],
  });

export const keyReused = () =>
  new MortiseError('idempotency_mismatch', { detail: 'Use a new key for a new request.' });

export const typeReserved = (place: string, type: string) =>
  new MortiseError('event_type_reserved', {
    detail: `${type} tells of something that Mortise does itself. Choose a name of your own.`,
    issues: [at(place, 'type', 'is reserved')],
  });

export const typeUnknown = (place: string, type: string) =>
  new MortiseError('event_type_unknown', {
    detail: `This tenant publishes defined types only. Define ${type} under /api/event-types first.`,
    issues: [at(place, 'type', 'is not defined')],
  });

export const typeArchived = (place: string, type: string) =>
  new MortiseError('event_type_unknown', {
    detail: `The type ${type} is archived. Take it out of the archive to publish it again.`,
    issues: [at(place, 'type', 'is archived')],
  });

export const dataInvalid = (
  place: string,
  type: string,
  found: readonly { path: string; message: string }[],
) =>
  new MortiseError('event_data_invalid', {
    detail: `The data does not fit the schema of ${type}: ${found[0]?.path ?? ''} ${found[0]?.message ?? ''}.`,
    issues: found.map((issue) => at(place, `data${issue.path}`, issue.message)),
  });

export const dataTooLarge = (place: string, mostBytes: number) =>
  new MortiseError('payload_too_large', {
    detail: `The data of an event may take ${mostBytes / 1024} KiB. Put what is larger elsewhere and send a link.`,
    issues: [at(place, 'data', 'is too large')],
  });

export const dataTooDeep = (place: string, deepest: number) =>
  new MortiseError('unprocessable', {
    detail: `The data may be nested ${deepest} levels deep.`,
    issues: [at(place, 'data', 'is nested too deep')],
  });

export const tooMuchWaits = () =>
  new MortiseError('overloaded', {
    detail: 'More is waiting for this tenant than may be held. Send it again with the same id.',
    retryAfterSeconds: 1,
  });

export const stopping = () =>
  new MortiseError('not_ready', {
    detail: 'This process is stopping. Send it again with the same id.',
    retryAfterSeconds: 1,
  });
