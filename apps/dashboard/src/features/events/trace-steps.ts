import type { Trace } from '@mortise/contract';

type Request = Trace['requests'][number];
type Run = Trace['runs'][number];
type TraceEvent = Trace['events']['first'][number];
type TraceDelivery = Trace['deliveries']['first'][number];
type TraceAttempt = TraceDelivery['log'][number];

/** One step of a trace: what it is, how deep it hangs below what led to it, and when it was, in milliseconds. */
export type TraceStep = {
  readonly id: string;
  readonly depth: number;
  /** From the start of the trace. */
  readonly offsetMs: number;
  /** null for a moment, and for what has not ended. */
  readonly durationMs: number | null;
} & (
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'event'; readonly event: TraceEvent }
  | { readonly kind: 'delivery'; readonly delivery: TraceDelivery }
  | { readonly kind: 'attempt'; readonly attempt: TraceAttempt; readonly delivery: TraceDelivery }
);

/** Steps that stay together, and the moment by which they are placed among others. */
interface Branch {
  at: string;
  steps: TraceStep[];
}

export interface TraceLine {
  readonly steps: readonly TraceStep[];
  /** From the first step to the end of the last. */
  readonly totalMs: number;
}

/**
 * The steps of a trace from top to bottom: requests and runs, below them the events, below each event its
 * deliveries, below each delivery its attempts; among equals the earlier first. A delivery whose event is not
 * among those given stands by itself, so that nothing is left out.
 */
export function traceSteps(trace: Trace): TraceLine {
  // Of what is shown, and not of the whole trace: with a filter, the first step is where the reader's time begins.
  const moments = [
    ...trace.requests.map((one) => one.at),
    ...trace.runs.map((one) => one.startedAt ?? one.requestedAt),
    ...trace.events.first.map((one) => one.occurredAt),
    ...trace.deliveries.first.map((one) => one.createdAt),
  ];
  const startMs = Math.min(
    ...(moments.length === 0 ? [trace.startedAt] : moments).map((one) => Date.parse(one)),
  );
  const since = (moment: string) => Math.max(0, Date.parse(moment) - startMs);
  const lasting = (from: string, to: string | null) =>
    to === null ? null : Math.max(0, Date.parse(to) - Date.parse(from));

  const deliverySteps = (delivery: TraceDelivery, depth: number): TraceStep[] => [
    {
      kind: 'delivery',
      id: delivery.id,
      depth,
      delivery,
      offsetMs: since(delivery.createdAt),
      durationMs: lasting(delivery.createdAt, delivery.deliveredAt),
    },
    ...byTime(delivery.log, (attempt) => attempt.startedAt).map((attempt): TraceStep => ({
      kind: 'attempt',
      id: `${delivery.id}.${attempt.number}`,
      depth: depth + 1,
      attempt,
      delivery,
      offsetMs: since(attempt.startedAt),
      durationMs: attempt.durationMs,
    })),
  ];

  const shown = new Set(trace.events.first.map((event) => event.id));
  const roots: Branch[] = [
    ...trace.requests.map((request): Branch => ({
      at: request.at,
      steps: [
        {
          kind: 'request',
          id: request.id,
          depth: 0,
          request,
          offsetMs: since(request.at),
          durationMs: null,
        },
      ],
    })),
    ...trace.runs.map((run) => {
      const from = run.startedAt ?? run.requestedAt;
      const step: TraceStep = {
        kind: 'run',
        id: run.id,
        depth: 0,
        run,
        offsetMs: since(from),
        durationMs: lasting(from, run.finishedAt),
      };
      return { at: from, steps: [step] };
    }),
  ];
  const eventDepth = roots.length === 0 ? 0 : 1;
  const below: Branch[] = [
    ...trace.events.first.map((event): Branch => ({
      at: event.occurredAt,
      steps: [
        {
          kind: 'event',
          id: event.id,
          depth: eventDepth,
          event,
          offsetMs: since(event.occurredAt),
          durationMs: null,
        },
        ...byTime(
          trace.deliveries.first.filter((one) => one.eventId === event.id),
          (one) => one.createdAt,
        ).flatMap((one) => deliverySteps(one, eventDepth + 1)),
      ],
    })),
    ...trace.deliveries.first
      .filter((one) => !shown.has(one.eventId))
      .map((one) => ({ at: one.createdAt, steps: deliverySteps(one, eventDepth) })),
  ];
  const steps = [...byTime(roots, (one) => one.at), ...byTime(below, (one) => one.at)].flatMap(
    (one) => one.steps,
  );
  const totalMs = Math.max(0, ...steps.map((step) => step.offsetMs + (step.durationMs ?? 0)));
  return { steps, totalMs };
}

function byTime<T>(list: readonly T[], at: (one: T) => string): T[] {
  return list.toSorted((a, b) => Date.parse(at(a)) - Date.parse(at(b)));
}
