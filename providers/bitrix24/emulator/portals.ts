import type { EmulatedAccount, World } from '../../kit/emulator/index.ts';

/** What a portal has besides an emulated account: its time zone, and the app's token there, which its events repeat. */
export interface Portal {
  account: EmulatedAccount;
  offset: string;
  applicationToken: string;
}

const SETTINGS: Readonly<Record<string, { offset: string; applicationToken: string }>> = {
  a223c6b3710f85df22e9377d6c4f7553: {
    offset: '+03:00',
    applicationToken: '51856fefc120afa4b628cc82d3935cce',
  },
  '7d0f3c1b9e8a46525f4b1de09c37a8b6': {
    offset: '-03:00',
    applicationToken: 'c40b2f1d7e9a4835b6f06d2a81c7e953',
  },
};

/** The app's token on each portal. */
export const applicationTokens = Object.values(SETTINGS).map(({ applicationToken }) => applicationToken);

export function portalOf(world: World, accountId: string): Portal | undefined {
  const account = world.definition.accounts.find((one) => one.id === accountId);
  const settings = SETTINGS[accountId];
  return account === undefined || settings === undefined ? undefined : { account, ...settings };
}

/** A time as a portal tells it: whole seconds, its own offset. */
export function portalTime(at: number, offset: string): string {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  const shift = (offset.startsWith('-') ? -minutes : minutes) * 60_000;
  return `${new Date(at + shift).toISOString().slice(0, 19)}${offset}`;
}

/** The emulator's own address in front of its hosts, out of a request to one of them. */
export function baseOf(request: { url: string; host: string; path: string }): string {
  const { origin, pathname } = new URL(request.url);
  return origin + pathname.slice(0, pathname.length - request.path.length - request.host.length - 1);
}

/** Where a portal's methods are. Every portal has an address of its own: here, a path under one host. */
export function endpointOf(request: { url: string; host: string; path: string }, portal: Portal): string {
  return `${baseOf(request)}/rest/${portal.account.detail}/rest/`;
}
