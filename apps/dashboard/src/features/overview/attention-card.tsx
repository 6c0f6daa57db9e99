import { listConnections, listDeliveries, listRuns, listWebhooks, type Overview } from '@mortise/contract';
import { Link, type LinkProps } from '@tanstack/react-router';
import { ChevronRight, CircleCheck, PlugZap, RefreshCw, Send, Webhook, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useMay } from '../../app/me.ts';
import { useRead } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { reconnectionOf } from '../connections/account-request.ts';
import { useConnectAccount } from '../connections/use-connect-account.tsx';

interface Item {
  key: string;
  icon: LucideIcon;
  title: string;
  note: string | null;
  at: string;
  to: Pick<LinkProps, 'to' | 'params' | 'search'>;
  /** Mends it at once. */
  action?: ReactNode;
}

/** What somebody has to do something about, each with the way there. */
export function AttentionCard({ overview }: { overview: Overview }) {
  const { needsReconnect } = overview.connections;
  const { failed } = overview.deliveries24h;
  const connections = useRead(
    listConnections,
    { query: { status: 'needs_reconnect', limit: 3 } },
    { enabled: needsReconnect > 0 },
  );
  const runs = useRead(
    listRuns,
    { query: { status: 'failed', limit: 3 } },
    { enabled: overview.syncs.failedLast24h > 0 },
  );
  const deliveries = useRead(
    listDeliveries,
    { query: { status: 'failed', limit: 3 } },
    { enabled: failed > 0 },
  );
  const { connect, isBusy, dialog } = useConnectAccount();
  const mayConnect = useMay('developer');
  const webhooks = useRead(listWebhooks, { query: { limit: 100 } });

  const items: Item[] = [
    ...(needsReconnect > 0 ? (connections.data?.data ?? []) : []).map((one) => ({
      key: one.id,
      icon: PlugZap,
      title: text.overview.reconnect(one.accountName),
      note: one.reason,
      at: one.updatedAt,
      to: { to: '/connections/$id', params: { id: one.id } } as const,
      action: mayConnect ? (
        <Button
          size="sm"
          icon={<PlugZap aria-hidden />}
          aria-label={text.connections.reconnectOf(one.accountName)}
          busy={isBusy}
          onClick={() => connect(reconnectionOf(one))}
        >
          {text.connections.reconnect}
        </Button>
      ) : undefined,
    })),
    ...(webhooks.data?.data ?? [])
      .filter((one) => one.status === 'disabled')
      .map((one) => ({
        key: one.id,
        icon: Webhook,
        title: text.overview.webhookDisabled(one.name),
        note: one.reason,
        at: one.updatedAt,
        to: { to: '/webhooks/$id', params: { id: one.id } } as const,
      })),
    ...(overview.syncs.failedLast24h > 0 ? (runs.data?.data ?? []) : []).map((one) => ({
      key: one.id,
      icon: RefreshCw,
      title: text.overview.runFailed(one.resource),
      note: one.error,
      at: one.finishedAt ?? one.requestedAt,
      to: { to: '/runs/$id', params: { id: one.id } } as const,
    })),
    ...(failed > 0 ? (deliveries.data?.data ?? []) : []).map((one) => ({
      key: one.id,
      icon: Send,
      title: text.overview.deliveryFailed(one.eventType, one.webhookName),
      note: one.lastError,
      at: one.createdAt,
      to: { to: '/deliveries/$id', params: { id: one.id } } as const,
    })),
  ];

  return (
    <Card title={text.overview.attentionTitle} flush>
      {items.length === 0 ? (
        <p className="flex items-start gap-2.5 px-4 pb-5 text-ink-soft sm:px-5">
          <CircleCheck className="mt-0.5 size-4.5 shrink-0 text-good" aria-hidden />
          {text.overview.attentionNone}
        </p>
      ) : (
        <ul className="divide-y border-t">
          {items.map(({ key, icon: Icon, title, note, at, to, action }) => (
            <li key={key}>
              <Link
                {...to}
                className="flex items-start gap-3 px-4 py-2.5 -outline-offset-2 hover:bg-sunken sm:px-5"
              >
                <Icon className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
                <span className="min-w-0 flex-1">
                  <span className="block font-medium [overflow-wrap:anywhere]">{title}</span>
                  <span className="line-clamp-2 block text-sm text-ink-faint">
                    {note === null ? null : `${note} `}
                    <RelativeTime at={at} />
                  </span>
                </span>
                <ChevronRight className="mt-1 size-4 shrink-0 text-ink-faint" aria-hidden />
              </Link>
              {action === undefined ? null : <div className="px-4 pb-3 pl-11 sm:px-5 sm:pl-12">{action}</div>}
            </li>
          ))}
        </ul>
      )}
      {dialog}
    </Card>
  );
}
