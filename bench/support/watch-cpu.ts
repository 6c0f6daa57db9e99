import { cpus } from 'node:os';

export interface CpuUse {
  /** Microseconds of this process, for each of what was done. */
  own: number;
  /** The same of everything on the machine: the database, the load, the endpoints and the system too. */
  machine: number;
  /** The share of all the machine's cores that was in use. */
  busy: number;
}

/** Begins to measure. @returns what was used since, by how many things were done */
export function watchCpu(): (done: number) => CpuUse {
  const [own, machine] = [process.cpuUsage(), machineMs()];
  return (done) => {
    const { user, system } = process.cpuUsage(own);
    const now = machineMs();
    const busyMs = now.busy - machine.busy;
    return {
      own: (user + system) / done,
      machine: (busyMs * 1000) / done,
      busy: busyMs / (busyMs + now.idle - machine.idle),
    };
  };
}

function machineMs(): { busy: number; idle: number } {
  let [busy, idle] = [0, 0];
  for (const { times } of cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}
