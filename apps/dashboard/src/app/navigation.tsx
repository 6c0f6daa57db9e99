import { Link } from '@tanstack/react-router';
import {
  Activity,
  Blocks,
  ChartNoAxesColumn,
  Database,
  Handshake,
  Inbox,
  MailCheck,
  MailWarning,
  PlugZap,
  RefreshCw,
  ScrollText,
  Send,
  Settings,
  Shapes,
  Users,
  Webhook,
  type LucideIcon,
} from 'lucide-react';
import type { Role } from '@mortise/contract';
import { text } from '../messages/index.ts';
import { mayAs, useMe } from './me.ts';

type Page = keyof typeof text.app.pages;

interface Group {
  title?: string;
  /** `least`: the role that the page takes; who has less is not led there. */
  items: readonly { page: Page; to: string; icon: LucideIcon; least?: Role }[];
}

const groups: readonly Group[] = [
  { items: [{ page: 'overview', to: '/', icon: ChartNoAxesColumn }] },
  {
    title: text.app.groups.integrate,
    items: [
      { page: 'integrations', to: '/integrations', icon: Blocks },
      { page: 'connections', to: '/connections', icon: PlugZap },
      { page: 'syncs', to: '/syncs', icon: RefreshCw },
      { page: 'records', to: '/records', icon: Database },
    ],
  },
  {
    title: text.app.groups.deliver,
    items: [
      { page: 'webhooks', to: '/webhooks', icon: Webhook },
      { page: 'deliveries', to: '/deliveries', icon: Send },
      { page: 'undelivered', to: '/undelivered', icon: MailWarning },
      { page: 'sources', to: '/sources', icon: Inbox },
      { page: 'receipts', to: '/receipts', icon: MailCheck },
    ],
  },
  {
    title: text.app.groups.observe,
    items: [
      { page: 'events', to: '/events', icon: Activity },
      { page: 'eventTypes', to: '/event-types', icon: Shapes },
      { page: 'consent', to: '/consent', icon: Handshake },
      { page: 'audit', to: '/audit', icon: ScrollText, least: 'admin' },
    ],
  },
  {
    title: text.app.groups.organisation,
    items: [
      { page: 'members', to: '/members', icon: Users },
      { page: 'settings', to: '/settings', icon: Settings },
    ],
  },
];

/** The main navigation: in the sidebar on wide screens, in the drawer on narrow ones. */
export function Navigation({ onFollow }: { onFollow?: () => void }) {
  const { tenant } = useMe();
  const role = tenant?.role ?? 'viewer';
  return (
    <nav aria-label={text.app.mainNavigation} className="flex flex-col gap-4">
      {groups.map((group) => (
        <div key={group.title ?? 'top'}>
          {group.title === undefined ? null : (
            <p className="px-2.5 pb-1 text-xs font-medium text-ink-faint">{group.title}</p>
          )}
          <ul className="flex flex-col gap-px">
            {group.items
              .filter(({ least = 'viewer' }) => mayAs(role, least))
              .map(({ page, to, icon: Icon }) => (
                <li key={page}>
                  <Link
                    to={to}
                    activeOptions={{ exact: to === '/' }}
                    {...(onFollow === undefined ? {} : { onClick: onFollow })}
                    className="group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-ink-soft hover:bg-line/60 hover:text-ink data-[status=active]:bg-accent-soft data-[status=active]:font-medium data-[status=active]:text-ink pointer-coarse:h-10"
                  >
                    <Icon
                      className="size-4 shrink-0 group-data-[status=active]:text-accent"
                      strokeWidth={1.75}
                      aria-hidden
                    />
                    {text.app.pages[page]}
                  </Link>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
