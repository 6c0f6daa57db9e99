/**
 * The floors of core, lowest first. A room may import any floor below its own, and never a room on its own floor:
 * those talk by events. A new room is given its place here.
 */
const floors: readonly (readonly string[])[] = [
  ['kernel'],
  ['events', 'vault', 'audit', 'metrics'],
  ['tenants', 'health', 'alerts'],
  ['api-keys', 'consent', 'delivery'],
  ['connections'],
  ['sync', 'ingest', 'gateway'],
];

const emulatorsOnly = 'emulators are imported by tests and apps/sandbox alone';

type Place =
  | { kind: 'core'; room: string; door: boolean }
  | { kind: 'platform'; driver: boolean }
  | { kind: 'kit' | 'registry' | 'emulators' }
  | { kind: 'provider' | 'emulator'; provider: string }
  | { kind: 'contract' | 'sdk' | 'react' | 'server' | 'sandbox' | 'dashboard' | 'cli' | 'examples' }
  | { kind: 'free' };

/** Tests, measurements and scripts may import anything; nothing that is shipped may import them. */
const free = /^(?:tests|bench|scripts)\/|\/testing\/|\.(?:test|spec)\.tsx?$|(?:^|\/)[^/]+\.config\.ts$/;

/**
 * Judges one import by "Who may import whom". Types count as much as values.
 * @param from and `to` are files relative to the root
 * @returns why it is forbidden; undefined when it is not
 */
export function judgeImport(from: string, to: string): string | undefined {
  const source = placeOf(from);
  const target = placeOf(to);
  if (source === undefined || target === undefined) {
    return `${source ? to : from} lies in no part of the tree that scripts/check/import-rule.ts knows`;
  }
  if (source.kind === 'free') return undefined;
  if (target.kind === 'free') return `${to} is for tests and tools; what is shipped may not import it`;
  if (target.kind === 'emulator') return judgeEmulator(source, target.provider);
  if (target.kind === 'emulators' && source.kind !== 'sandbox') return emulatorsOnly;

  switch (source.kind) {
    case 'server':
      return undefined;
    case 'core':
      return judgeCore(source, target, to);
    case 'contract':
    case 'platform':
    case 'kit':
      return target.kind === source.kind ? undefined : `${source.kind} imports none of the others`;
    case 'provider':
    case 'emulator':
      if (target.kind === 'kit' || (target.kind === 'provider' && target.provider === source.provider)) {
        return undefined;
      }
      return 'a provider imports the kit and its own folder alone';
    case 'emulators':
    case 'registry':
      return ['kit', 'provider', 'registry'].includes(target.kind)
        ? undefined
        : 'the registry lists providers';
    case 'sandbox':
      return ['kit', 'sandbox', 'emulators'].includes(target.kind)
        ? undefined
        : 'the sandbox imports emulators and the kit alone';
    case 'sdk':
      return ['contract', 'sdk'].includes(target.kind) ? undefined : 'the SDK imports the contract alone';
    case 'react':
      return ['contract', 'sdk', 'react'].includes(target.kind)
        ? undefined
        : 'a client imports clients and the contract alone';
    case 'dashboard':
    case 'cli':
    case 'examples':
      return ['contract', 'sdk', 'react', source.kind].includes(target.kind)
        ? undefined
        : `${source.kind} imports clients and the contract alone`;
  }
}

function judgeEmulator(source: Place, provider: string): string | undefined {
  if (source.kind === 'sandbox' || source.kind === 'emulators') return undefined;
  if (source.kind === 'emulator' && [source.provider, 'kit'].includes(provider)) return undefined;
  return emulatorsOnly;
}

function judgeCore(source: { room: string; door: boolean }, target: Place, to: string): string | undefined {
  if (target.kind === 'contract') return undefined;
  // Types and pure functions; see docs/decisions/0004.
  if (target.kind === 'kit') return undefined;
  if (target.kind === 'platform') {
    return target.driver
      ? `${to} is a driver; core knows ports, drivers are chosen in apps/server/compose.ts`
      : undefined;
  }
  if (target.kind !== 'core')
    return 'core imports the contract, ports of platform and types of the kit alone';
  if (source.room === target.room) {
    return target.door && !source.door ? 'inside a room nobody imports its own door' : undefined;
  }
  const [mine, theirs] = [floorOf(source.room), floorOf(target.room)];
  if (mine === -1) return `room ${source.room} has no floor: give it one in scripts/check/import-rule.ts`;
  if (theirs === -1) return `room ${target.room} has no floor: give it one in scripts/check/import-rule.ts`;
  if (mine === theirs) return `${source.room} and ${target.room} share a floor: they talk by events`;
  return theirs < mine ? undefined : `${target.room} is above ${source.room}`;
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}

function placeOf(file: string): Place | undefined {
  if (free.test(file)) return { kind: 'free' };
  const [top = '', second = '', third = ''] = file.split('/');
  switch (top) {
    case 'core':
      return { kind: 'core', room: second, door: third === 'index.ts' };
    case 'platform':
      // Doors and files of a port lie in its folder; each driver has a folder of its own below.
      return { kind: 'platform', driver: file.split('/').length > 3 };
    case 'providers':
      if (third === '') return { kind: second === 'emulators.ts' ? 'emulators' : 'registry' };
      // What emulators are built on is for emulators, and for the suite that tries a provider against its own.
      if (second === 'kit' && third === 'emulator') return { kind: 'emulator', provider: 'kit' };
      if (second === 'kit' && third.startsWith('conformance')) return { kind: 'free' };
      if (second === 'kit') return { kind: 'kit' };
      return { kind: third === 'emulator' ? 'emulator' : 'provider', provider: second };
    case 'contract':
    case 'examples':
      return { kind: top };
    case 'clients':
      if (second === 'sdk' || second === 'react') return { kind: second };
      break;
    case 'apps':
      if (second === 'server' || second === 'sandbox' || second === 'dashboard' || second === 'cli') {
        return { kind: second };
      }
  }
  return undefined;
}
