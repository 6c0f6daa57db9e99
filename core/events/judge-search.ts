import type { listEvents, RouteParsed } from '@mortise/contract';
import { idCursor, idFloor, MortiseError } from '../kernel/index.ts';
import { pathOf } from './erasure-store.ts';
import type { EventFilter } from './store.ts';

const longestMs = 24 * 3_600_000;

const refuse = (path: string, message: string) =>
  new MortiseError('invalid_request', { detail: message, issues: [{ path: `query.${path}`, message }] });

/**
 * What a search may ask of the log. What no index answers (a publisher, a value in the data) is looked for event by
 * event, so it has to say in which 24 hours; a time is one of the log, in whose order the ids are.
 *
 * @throws MortiseError invalid_request
 */
export function judgeSearch(query: RouteParsed<typeof listEvents>['query']): EventFilter {
  const { cursor, from, to, dataPath, value, publisher, type, limit, subject, traceId } = query;
  if ((dataPath === undefined) !== (value === undefined))
    throw refuse('dataPath', 'Give dataPath and value together.');
  const begin = from === undefined ? undefined : new Date(from);
  const end = to === undefined ? undefined : new Date(to);
  if (dataPath !== undefined || publisher !== undefined) {
    const until = end?.getTime() ?? Date.now();
    if (begin === undefined || until - begin.getTime() > longestMs)
      throw refuse('from', 'A search by publisher or data needs from and to, at most 24 hours apart.');
  }
  const isFamily = type?.endsWith('.*') === true;
  return {
    limit,
    subject,
    traceId,
    publisher,
    type: isFamily ? undefined : type,
    family: isFamily ? type.slice(0, -1) : undefined,
    before: cursor === undefined ? undefined : idCursor(cursor),
    from: begin === undefined ? undefined : idFloor(begin),
    to: end === undefined ? undefined : idFloor(end),
    data: dataPath === undefined || value === undefined ? undefined : { path: pathOf(dataPath), value },
  };
}
