import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { MortiseError } from '@mortise/sdk';
import { meOptions } from './app/me.ts';
import { queryClient } from './app/query-client.ts';
import { chooseTenant, storedTenant, storeTenant } from './app/session.ts';
import { NotFound } from './app/not-found.tsx';
import { PageError } from './app/page-error.tsx';
import { Root } from './app/root.tsx';
import { Shell } from './app/shell.tsx';
import { SkeletonPage } from './ui/skeleton.tsx';

/**
 * The map of the dashboard: path = URL, one file a page in routes/, each loaded when it is first visited.
 * A page behind sign-in is a child of `shell`; the search parameters it reads are named here.
 */
const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: PageError });

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const me = await queryClient.ensureQueryData(meOptions).catch((error: unknown) => {
      if (error instanceof MortiseError && error.code === 'unauthenticated') {
        const next = location.href === '/' ? undefined : location.href;
        redirect({ to: '/sign-in', search: { next }, throw: true });
      }
      throw error;
    });
    storeTenant(chooseTenant(me.tenants, storedTenant())?.id);
  },
});

/** A page's search parameters: texts by name; what is not named, or no text, is left out. */
function texts<const K extends string>(...names: readonly K[]) {
  return (search: Record<string, unknown>): { [P in K]?: string | undefined } => {
    const given = names.flatMap((name) => {
      const value = search[name];
      return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [];
    });
    return Object.fromEntries(given) as { [P in K]?: string };
  };
}

/** What a browser that comes back from a consent page brings along. */
const fromConsent = ['connected', 'connect_error', 'provider'] as const;
/** The tab of an account, and the filters of what is in it. */
const ofAccount = ['tab', 'status', 'search', 'resource', 'deleted'] as const;

/** The filters of deliveries. */
const ofDeliveries = ['eventId', 'status', 'type', 'answer', 'span', 'from', 'to'] as const;

const open = <const P extends string>(path: P) => ({ getParentRoute: () => root, path }) as const;
const inside = <const P extends string>(path: P) => ({ getParentRoute: () => shell, path }) as const;

const signIn = createRoute({
  ...open('/sign-in'),
  validateSearch: texts('next'),
  component: lazyRouteComponent(() => import('./routes/sign-in.tsx'), 'Page'),
});
const setup = createRoute({
  ...open('/setup'),
  component: lazyRouteComponent(() => import('./routes/setup.tsx'), 'Page'),
});
const invitation = createRoute({
  ...open('/invitation'),
  component: lazyRouteComponent(() => import('./routes/invitation.tsx'), 'Page'),
});

const overview = createRoute({
  ...inside('/'),
  component: lazyRouteComponent(() => import('./routes/index.tsx'), 'Page'),
});
const integrations = createRoute({
  ...inside('/integrations'),
  validateSearch: texts('add', ...fromConsent),
  component: lazyRouteComponent(() => import('./routes/integrations.tsx'), 'Page'),
});
const integrationPage = createRoute({
  ...inside('/integrations/$id'),
  validateSearch: texts('account', ...ofAccount, ...fromConsent),
  component: lazyRouteComponent(() => import('./routes/integrations.$id.tsx'), 'Page'),
});
const connections = createRoute({
  ...inside('/connections'),
  validateSearch: texts('integrationId', 'status', ...fromConsent),
  component: lazyRouteComponent(() => import('./routes/connections.tsx'), 'Page'),
});
const connectionPage = createRoute({
  ...inside('/connections/$id'),
  validateSearch: texts(...ofAccount, ...fromConsent),
  component: lazyRouteComponent(() => import('./routes/connections.$id.tsx'), 'Page'),
});
const syncs = createRoute({
  ...inside('/syncs'),
  validateSearch: texts('connectionId', 'status', 'tab'),
  component: lazyRouteComponent(() => import('./routes/syncs.tsx'), 'Page'),
});
const runPage = createRoute({
  ...inside('/runs/$id'),
  component: lazyRouteComponent(() => import('./routes/runs.$id.tsx'), 'Page'),
});
const records = createRoute({
  ...inside('/records'),
  validateSearch: texts('connectionId', 'resource', 'search', 'deleted'),
  component: lazyRouteComponent(() => import('./routes/records.tsx'), 'Page'),
});
const recordPage = createRoute({
  ...inside('/records/$id'),
  component: lazyRouteComponent(() => import('./routes/records.$id.tsx'), 'Page'),
});
const webhooks = createRoute({
  ...inside('/webhooks'),
  component: lazyRouteComponent(() => import('./routes/webhooks.tsx'), 'Page'),
});
const webhookNew = createRoute({
  ...inside('/webhooks/new'),
  component: lazyRouteComponent(() => import('./routes/webhooks.new.tsx'), 'Page'),
});
const webhookEdit = createRoute({
  ...inside('/webhooks/$id/edit'),
  component: lazyRouteComponent(() => import('./routes/webhooks.$id.edit.tsx'), 'Page'),
});
const webhookPage = createRoute({
  ...inside('/webhooks/$id'),
  validateSearch: texts(...ofDeliveries),
  component: lazyRouteComponent(() => import('./routes/webhooks.$id.tsx'), 'Page'),
});
const deliveries = createRoute({
  ...inside('/deliveries'),
  validateSearch: texts('webhookId', ...ofDeliveries),
  component: lazyRouteComponent(() => import('./routes/deliveries.tsx'), 'Page'),
});
const undelivered = createRoute({
  ...inside('/undelivered'),
  component: lazyRouteComponent(() => import('./routes/undelivered.tsx'), 'Page'),
});
const deliveryPage = createRoute({
  ...inside('/deliveries/$id'),
  component: lazyRouteComponent(() => import('./routes/deliveries.$id.tsx'), 'Page'),
});
const sources = createRoute({
  ...inside('/sources'),
  validateSearch: texts('add'),
  component: lazyRouteComponent(() => import('./routes/sources.tsx'), 'Page'),
});
const sourcePage = createRoute({
  ...inside('/sources/$id'),
  validateSearch: texts('verdict', 'state'),
  component: lazyRouteComponent(() => import('./routes/sources.$id.tsx'), 'Page'),
});
const receipts = createRoute({
  ...inside('/receipts'),
  validateSearch: texts('sourceId', 'verdict', 'state'),
  component: lazyRouteComponent(() => import('./routes/receipts.tsx'), 'Page'),
});
const receiptPage = createRoute({
  ...inside('/receipts/$id'),
  component: lazyRouteComponent(() => import('./routes/receipts.$id.tsx'), 'Page'),
});
const events = createRoute({
  ...inside('/events'),
  validateSearch: texts('type', 'subject', 'traceId'),
  component: lazyRouteComponent(() => import('./routes/events.tsx'), 'Page'),
});
const eventPage = createRoute({
  ...inside('/events/$id'),
  component: lazyRouteComponent(() => import('./routes/events.$id.tsx'), 'Page'),
});
const eventTypes = createRoute({
  ...inside('/event-types'),
  validateSearch: texts('origin'),
  component: lazyRouteComponent(() => import('./routes/event-types.tsx'), 'Page'),
});
const tracePage = createRoute({
  ...inside('/traces/$id'),
  validateSearch: texts('subject'),
  component: lazyRouteComponent(() => import('./routes/traces.$id.tsx'), 'Page'),
});
const consent = createRoute({
  ...inside('/consent'),
  validateSearch: texts('tab', 'kind', 'purposeId', 'subjectId', 'add'),
  component: lazyRouteComponent(() => import('./routes/consent.tsx'), 'Page'),
});
const consentPage = createRoute({
  ...inside('/consent/$id'),
  component: lazyRouteComponent(() => import('./routes/consent.$id.tsx'), 'Page'),
});
const members = createRoute({
  ...inside('/members'),
  component: lazyRouteComponent(() => import('./routes/members.tsx'), 'Page'),
});
const audit = createRoute({
  ...inside('/audit'),
  validateSearch: texts('subject'),
  component: lazyRouteComponent(() => import('./routes/audit.tsx'), 'Page'),
});
const settings = createRoute({
  ...inside('/settings'),
  component: lazyRouteComponent(() => import('./routes/settings.tsx'), 'Page'),
});
const settingsKeys = createRoute({
  ...inside('/settings/keys'),
  component: lazyRouteComponent(() => import('./routes/settings.keys.tsx'), 'Page'),
});

const routeTree = root.addChildren([
  signIn,
  setup,
  invitation,
  shell.addChildren([
    overview,
    integrations,
    integrationPage,
    connections,
    connectionPage,
    syncs,
    runPage,
    records,
    recordPage,
    webhooks,
    webhookNew,
    webhookEdit,
    webhookPage,
    deliveries,
    deliveryPage,
    undelivered,
    sources,
    sourcePage,
    receipts,
    receiptPage,
    events,
    eventPage,
    eventTypes,
    tracePage,
    consent,
    consentPage,
    members,
    audit,
    settings,
    settingsKeys,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  defaultPendingComponent: SkeletonPage,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
  // Search parameters are plain texts: ?status=failed and not ?status=%22failed%22.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const query = new URLSearchParams(given).toString();
    return query === '' ? '' : `?${query}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
