import { createHash } from 'node:crypto';
import {
  maxEventDataBytes,
  type publishEvent,
  type publishEvents,
  type RouteParsed,
} from '@mortise/contract';
import {
  canonicalJson,
  MortiseError,
  newId,
  Reply,
  storableJson,
  type Clock,
  type Handler,
  type RequestContext,
} from '../kernel/index.ts';
import type { Draft, EventName } from './publication.ts';
import { dataTooDeep, dataTooLarge, typeReserved } from './publish-errors.ts';
import type { Publisher } from './publisher.ts';

type PublishInput = RouteParsed<typeof publishEvent>['body'];

/** Deeper data is refused: the database's JSON, and whoever reads an event, go down into it by recursion. */
const deepest = 64;

const replayedHeader = { 'idempotent-replayed': 'true' };

/** @param deps.isReserved whether Mortise or a provider raises events of a type */
export function publishRoutes(deps: {
  publisher: Publisher;
  clock: Clock;
  isReserved: (type: string) => boolean;
}) {
  /** @throws MortiseError for what nobody may publish, whoever they are */
  function refuse({ type, data }: PublishInput, place: string): void {
    if (deps.isReserved(type)) throw typeReserved(place, type);
    if (!isShallow(data, deepest)) throw dataTooDeep(place, deepest);
  }

  function draft(context: RequestContext, input: PublishInput, place: string, key: EventName | undefined) {
    const text = storableJson(input.data);
    const size = Buffer.byteLength(text);
    if (size > maxEventDataBytes) throw dataTooLarge(place, maxEventDataBytes);
    const made: Draft = {
      place,
      name:
        input.id === undefined ? key : { name: `id ${input.id}`, fingerprint: printOf(input), isKey: false },
      event: {
        id: newId(),
        tenantId: context.tenantId,
        type: input.type,
        subject: input.subject,
        data: input.data,
        text,
        traceId: context.traceId,
        occurredAt: input.occurredAt === undefined ? deps.clock.now() : new Date(input.occurredAt),
        publisher: context.actor.id ?? context.actor.kind,
      },
    };
    return { made, size };
  }

  async function publishAll(
    context: RequestContext,
    inputs: readonly PublishInput[],
    placeOf: (n: number) => string,
  ) {
    for (const [n, input] of inputs.entries()) refuse(input, placeOf(n));
    const key = keyOf(context, inputs);
    const drafts = inputs.map((input, n) => draft(context, input, placeOf(n), key?.(n)));
    return deps.publisher.publish({
      tenantId: context.tenantId,
      drafts: drafts.map(({ made }) => made),
      size: drafts.reduce((sum, { size }) => sum + size, 0),
    });
  }

  const publish: Handler<typeof publishEvent> = async (context, { body }) => {
    const { events, replayed } = await publishAll(context, [body], () => 'body');
    const [event] = events;
    if (event === undefined) throw new Error('One event has one answer');
    return replayed ? new Reply(event, replayedHeader) : event;
  };

  const publishMany: Handler<typeof publishEvents> = async (context, { body }) => {
    const { events, replayed } = await publishAll(context, body.events, (n) => `body.events.${n}`);
    return replayed ? new Reply({ data: events }, replayedHeader) : { data: events };
  };

  return { publish, publishMany };
}

/** What an event is, whatever the order of its members: the same again is a repeat, anything else is not. */
function printOf({ type, subject, data, occurredAt }: PublishInput): Buffer {
  return createHash('sha256')
    .update(canonicalJson([type, subject, occurredAt ?? null, data]))
    .digest();
}

/**
 * The Idempotency-Key as the name of events that bring no id of their own: of each by its place, since an answer is
 * kept an event.
 *
 * @throws MortiseError invalid_idempotency_key
 */
function keyOf(
  context: RequestContext,
  inputs: readonly PublishInput[],
): ((place: number) => EventName) | undefined {
  const key = context.headers['idempotency-key'];
  if (typeof key !== 'string') return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new MortiseError('invalid_idempotency_key', {
      detail: 'Use 1 to 255 visible ASCII characters, such as a UUID.',
    });
  }
  const fingerprint = createHash('sha256').update(canonicalJson(inputs)).digest();
  return (place) => ({ name: `key ${key} ${place}`, fingerprint, isKey: true });
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const inner of Object.values(value)) if (!isShallow(inner, levels - 1)) return false;
  return true;
}
