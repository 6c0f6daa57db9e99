import { listWebhooks, type Overview } from '@mortise/contract';
import { Link, type LinkProps } from '@tanstack/react-router';
import clsx from 'clsx';
import { Check, ChevronRight } from 'lucide-react';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';

type StepName = keyof typeof text.overview.steps;

/** The way from nothing to the first delivery; gone once it is walked. */
export function FirstSteps({ overview }: { overview: Overview }) {
  const webhooks = useRead(listWebhooks, { query: { limit: 100 } });
  if (webhooks.data === undefined) return null;
  const { connections, syncs, integrations, records } = overview;
  const steps: { name: StepName; done: boolean; to: Pick<LinkProps, 'to' | 'search'> }[] = [
    { name: 'integration', done: integrations > 0, to: { to: '/integrations' } },
    {
      name: 'connection',
      done: connections.connected + connections.needsReconnect > 0,
      to: { to: '/integrations' },
    },
    { name: 'sync', done: syncs.active > 0 || records > 0, to: { to: '/connections' } },
    { name: 'webhook', done: webhooks.data.data.length > 0, to: { to: '/webhooks' } },
  ];
  const done = steps.filter((step) => step.done).length;
  if (done === steps.length) return null;
  const next = steps.find((step) => !step.done)?.name;
  return (
    <Card title={text.overview.startTitle} description={text.overview.startLead(done, steps.length)} flush>
      <ol className="grid border-t sm:grid-cols-2 xl:grid-cols-4">
        {steps.map((step, at) => (
          <li
            key={step.name}
            className="border-b last:border-b-0 sm:odd:border-r xl:border-r xl:border-b-0 xl:last:border-r-0"
          >
            <Link
              {...step.to}
              className={clsx(
                'flex h-full items-start gap-3 px-4 py-4 -outline-offset-2 hover:bg-sunken sm:px-5',
                step.name === next && 'bg-accent-soft/50',
              )}
            >
              <span
                className={clsx(
                  'figures grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold',
                  step.done ? 'bg-accent text-on-accent' : 'border border-line-strong text-ink-soft',
                )}
              >
                {step.done ? (
                  <Check className="size-3.5" strokeWidth={3} aria-hidden />
                ) : (
                  <span aria-hidden>{at + 1}</span>
                )}
                <span className="sr-only">{step.done ? text.overview.stepDone : text.overview.stepOpen}</span>
              </span>
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{text.overview.steps[step.name].title}</span>
                <span className="block text-sm text-pretty text-ink-soft">
                  {text.overview.steps[step.name].text}
                </span>
              </span>
              {step.name === next ? (
                <ChevronRight className="mt-1 size-4 shrink-0 text-accent" aria-hidden />
              ) : null}
            </Link>
          </li>
        ))}
      </ol>
    </Card>
  );
}
