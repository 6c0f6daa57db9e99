import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { processIdentity } from '../database/embedded/process-identity.ts';

/** Where a process runs, and what tells it from a later one with the same pid. */
export interface ProcessPlace {
  /** The machine, its boot and the pid namespace: two rows that agree on it can see each other's pids. */
  host: string;
  pid: number;
  identity: string;
}

/** The place of this process. */
export function ownPlace(): ProcessPlace {
  const identity = processIdentity(process.pid) ?? '';
  // Two containers may share a host name and a boot, and yet each have a pid 1 of its own.
  return {
    host: `${hostname()} ${identity.split('/')[0] ?? ''} ${pidNamespace()}`,
    pid: process.pid,
    identity,
  };
}

/** Whether a process of this very host has ended. False when it runs elsewhere: from here one cannot know. */
export function hasEnded(peer: ProcessPlace, own: ProcessPlace): boolean {
  return peer.host === own.host && processIdentity(peer.pid) !== peer.identity;
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
