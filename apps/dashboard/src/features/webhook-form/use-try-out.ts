import { createWebhook, tryWebhook, type RouteOutput } from '@mortise/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../../app/client.ts';
import { issueText } from '../../app/issue-text.ts';
import { keyOf } from '../../app/keys.ts';
import { useSettled } from '../../ui/use-settled.ts';
import { filterFault, transformFault } from './faults.ts';
import { filterText } from './filter-text.ts';
import type { TextFault } from './json-fault.ts';
import { tryQuestion, type TrySource } from './try-question.ts';
import type { WebhookValues } from './webhook-values.ts';

export interface TryOut {
  answer: RouteOutput<typeof tryWebhook> | undefined;
  /** The answer is to an earlier question, and that to the present one on its way. */
  isOld: boolean;
  /** An event is chosen, and something has to be mended before it can be tried. */
  isBroken: boolean;
  error: unknown;
  /** What is wrong with the filter and the transform as they are written now. */
  filterFault: TextFault | undefined;
  transformFault: TextFault | undefined;
}

/** What a webhook as it stands in the form would make of an event, asked anew whenever the typing pauses. */
export function useTryOut(values: WebhookValues, source: TrySource, webhookId: string | undefined): TryOut {
  const settled = useSettled(values);
  const from = useSettled(source);
  const broken = filterFault(filterText(settled.settings.filter), filterErrors(settled));
  const question = broken === undefined ? tryQuestion(settled, from, webhookId) : undefined;
  const asked = useQuery({
    // By a tag of its own: what happens to webhooks meanwhile changes no answer.
    queryKey: ['try', ...keyOf(tryWebhook, question)],
    queryFn: ({ signal }) => client.call(tryWebhook, { body: question ?? {} }, { signal }),
    enabled: question !== undefined,
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
  const { transform } = settled.settings;
  const answer = from.kind === 'none' ? undefined : asked.data;
  const failed = answer?.outcome === 'failed' && !asked.isPlaceholderData ? answer.error : null;
  return {
    answer,
    isOld: asked.isPlaceholderData,
    isBroken: from.kind !== 'none' && question === undefined,
    error: question === undefined ? null : asked.error,
    filterFault: broken,
    transformFault: transform === null ? undefined : transformFault(transform, failed ?? undefined),
  };
}

/** What the contract says against the filter alone. */
function filterErrors({ settings: { filter } }: WebhookValues): Record<string, string> {
  const judged = createWebhook.body.shape.settings.unwrap().shape.filter.safeParse(filter);
  return Object.fromEntries(
    (judged.error?.issues ?? []).map((issue) => [
      ['settings', 'filter', ...issue.path].join('.'),
      issueText(issue),
    ]),
  );
}
