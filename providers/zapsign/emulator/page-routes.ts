import { json } from '../../kit/emulator/index.ts';
import { missing, plain, refused } from './envelopes.ts';
import { guarded } from './guard.ts';
import { documentView, signersOf, statusOf } from './views.ts';
import type {
  EmulatedRecord,
  EmulatorRequest,
  EmulatorResponse,
  Route,
  World,
} from '../../kit/emulator/index.ts';

// Of documents the size of a page is not published; it is taken to be the templates'.
const SIZES = { docs: 20, templates: 20, users: 25 } as const;

/** What lists and looks: documents, templates, users, the plan. */
export function pageRoutes(world: World): Route[] {
  const get = (path: string, handler: Parameters<typeof guarded>[1]): Route => ({
    method: 'GET',
    host: 'api',
    path,
    handler: guarded(world, handler),
  });

  const listDocuments = (request: EmulatorRequest, accountId: string): EmulatorResponse => {
    const { query } = request;
    const asked = (name: string): string | undefined => query.get(name) ?? undefined;
    const [from, to] = [asked('created_from'), asked('created_to')];
    if ([from, to].some((day) => day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(day)))
      return refused(400, 'created_from e created_to: use o formato YYYY-MM-DD.');
    const fits = (one: EmulatedRecord): boolean => {
      const day = new Date(one.createdAt).toISOString().slice(0, 10);
      const deleted = asked('deleted');
      const email = asked('signer_email');
      return (
        (deleted === undefined || (one.archivedAt !== undefined) === (deleted === 'true')) &&
        (from === undefined || day >= from) &&
        (to === undefined || day <= to) &&
        (asked('status') === undefined || statusOf(world, one) === asked('status')) &&
        (asked('folder_path') === undefined || one.fields['folder_path'] === asked('folder_path')) &&
        (email === undefined || signersOf(world, one).some((signer) => signer.fields['email'] === email))
      );
    };
    const sign = asked('sort_order') === 'asc' ? 1 : -1;
    const found = world.records
      .all(accountId, 'documents')
      .filter(fits)
      .toSorted((a, b) => sign * (a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)));
    const signers = asked('include_signers') === 'true';
    return paged(request, found, SIZES.docs, (one) => documentView(world, one, { inList: true, signers }));
  };

  const templateView = (one: EmulatedRecord): Record<string, unknown> => ({
    token: one.id,
    template_type: one.fields['template_type'],
    name: one.fields['name'],
    active: one.fields['active'] === 'true',
    created_at: new Date(one.createdAt).toISOString(),
    last_update_at: new Date(one.updatedAt).toISOString(),
    redirect_link: '',
    folder_path: one.fields['folder_path'],
    lang: one.fields['lang'],
  });

  return [
    get('/docs/', (request, { id }) => listDocuments(request, id)),
    get('/docs/:token/', ({ params }, { id }) => {
      const found = world.records.get(id, 'documents', params['token'] ?? '');
      return found === undefined ? missing() : json(200, documentView(world, found));
    }),
    get('/templates/', (request, { id }) =>
      paged(request, world.records.all(id, 'templates'), SIZES.templates, templateView),
    ),
    get('/templates/:token/', ({ params }, { id }) => {
      const found = world.records.get(id, 'templates', params['token'] ?? '');
      return found === undefined ? missing() : json(200, { ...templateView(found), inputs: [] });
    }),
    get('/users/', (request, account) => {
      const [first = '', ...rest] = account.name.split(' ');
      const owner = { first_name: first, last_name: rest.join(' '), email: account.user.email };
      // The owner is not the first on the list.
      const users = Array.from({ length: 30 }, (_, at) =>
        at === 27
          ? { ...owner, email_verified: true, user_group: { name: 'owner' } }
          : {
              ...owner,
              email: `user${at}+${account.user.email}`,
              email_verified: true,
              user_group: { name: 'member' },
            },
      );
      return paged(request, users, SIZES.users, (one) => one);
    }),
    get('/info-plan/', (_request, account) =>
      account.detail === 'no plan'
        ? plain(404, 'Plan not found')
        : json(200, {
            name: account.detail,
            number_of_credits: 120,
            status: 'paid',
            period: 'monthly',
            current_period_end: '2026-12-18',
          }),
    ),
  ];
}

/** `{count, next, previous, results}`; past the last page there is nothing to be found. */
function paged<T>(
  request: EmulatorRequest,
  rows: readonly T[],
  size: number,
  view: (row: T) => unknown,
): EmulatorResponse {
  const page = Number(request.query.get('page') ?? 1);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  if (!Number.isInteger(page) || page < 1 || page > pages) return refused(404, 'Página inválida.');
  const link = (number: number): string => {
    const url = new URL(request.url);
    url.searchParams.set('page', String(number));
    return url.href;
  };
  return json(200, {
    count: rows.length,
    next: page < pages ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
    results: rows.slice((page - 1) * size, page * size).map(view),
  });
}
