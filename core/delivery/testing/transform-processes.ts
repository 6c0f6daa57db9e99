import { readdirSync, readFileSync } from 'node:fs';

/** What the system says of a process: its parent and what it has had of a processor so far, in hundredths of a second. */
function readStat(pid: string): { parent: number; ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}

/** The processes that run transforms for this one: their ids. */
export function transformProcesses(): number[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && readStat(pid)?.parent === process.pid)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('transform-main'))
    .map(Number);
}

/** What processes have had of a processor so far, in hundredths of a second. */
export const ticksOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + (readStat(String(pid))?.ticks ?? 0), 0);
