import { json } from '../../kit/emulator/index.ts';
import { guarded } from './guard.ts';
import type { Route, World } from '../../kit/emulator/index.ts';

/** Account details, owners, and the app's own uninstallation. */
export function accountRoutes(world: World): Route[] {
  const details = guarded(world, {}, (_request, caller) =>
    json(200, {
      portalId: Number(caller.accountId),
      accountType: 'DEVELOPER_TEST',
      timeZone: 'America/Sao_Paulo',
      companyCurrency: 'BRL',
      additionalCurrencies: [],
      utcOffset: '-03:00',
      utcOffsetMilliseconds: -10_800_000,
      uiDomain: 'app.hubspot.com',
      dataHostingLocation: 'na1',
    }),
  );

  const owners = guarded(world, { scope: () => 'crm.objects.owners.read' }, (_request, caller) => {
    const account = world.definition.accounts.find((one) => one.id === caller.accountId);
    const at = new Date(Date.UTC(2025, 0, 6)).toISOString();
    const owner = {
      id: caller.userId,
      email: account?.user.email ?? null,
      type: 'PERSON',
      firstName: 'Demo',
      lastName: 'Owner',
      userId: Number(caller.userId),
      createdAt: at,
      updatedAt: at,
      archived: false,
    };
    return json(200, { results: [owner] });
  });

  return [
    { method: 'GET', host: 'api', path: '/account-info/v3/details', handler: details },
    { method: 'GET', host: 'api', path: '/crm/v3/owners', handler: owners },
    { method: 'GET', host: 'api', path: '/crm/v3/owners/', handler: owners },
    {
      method: 'DELETE',
      host: 'api',
      path: '/appinstalls/v3/external-install',
      handler: guarded(world, {}, (_request, caller) => {
        for (const grant of world.tokens.list()) {
          if (grant.accountId === caller.accountId) world.tokens.revokeGrant(grant.id);
        }
        return { status: 204 };
      }),
    },
  ];
}
