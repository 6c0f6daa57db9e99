import { globSync } from 'node:fs';
import path from 'node:path';
import { createVitest, parseCLI } from 'vitest/node';
import { ensureChromium } from '../../tests/support/chromium.ts';
import { countResults } from './count-results.ts';

const root = path.join(import.meta.dirname, '../..');
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
// A run of a few files, or of tests by name, covers little by intent: the floor is for the whole.
const whole = process.argv.length === 2;

const flows = globSync('tests/flows/**/*.flow.test.ts', { cwd: root });
if (flows.some((flow) => filter.length === 0 || filter.some((name) => flow.includes(name)))) {
  try {
    await ensureChromium(console.log);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

// Should something that a test left open keep the run from ending, it is said and the run ended: better a result
// without a coverage report than none.
const patienceMs = 120_000;
const endInTime = {
  onTestRunEnd(): void {
    setTimeout(() => {
      const { passed, failed, skipped } = countResults(vitest.state.getTestModules(), 0);
      console.error(
        `The run did not end within ${patienceMs / 1_000} s of its last test; coverage was not judged.`,
      );
      console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
      process.exit(failed > 0 || passed === 0 ? 1 : 0);
    }, patienceMs);
  },
};

const vitest = await createVitest({
  ...options,
  root,
  watch: false,
  run: true,
  reporters: ['default', endInTime],
  coverage: { enabled: whole },
});
let stoppedBy: NodeJS.Signals | undefined;
const stop = (signal: NodeJS.Signals): void => {
  if (stoppedBy !== undefined) process.exit(130);
  stoppedBy = signal;
  void vitest.cancelCurrentRun('keyboard-input');
};
// Vitest and Vite leave within a millisecond of a signal, before any teardown: PostgreSQL's comes first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.removeAllListeners(signal).on(signal, stop);
}

const startFailure = await vitest.start(filter).then(
  () => undefined,
  (error: unknown) => error ?? new Error('The run failed'),
);
const modules = vitest.state.getTestModules();
const unhandled = vitest.state.getUnhandledErrors().length + (startFailure === undefined ? 0 : 1);
const { passed, failed, skipped } = countResults(modules, unhandled);
// Coverage below the floor reaches us as the exit code that Vitest has set by now, and by nothing else.
const belowFloor = whole && failed === 0 && stoppedBy === undefined && Number(process.exitCode ?? 0) !== 0;
await vitest.close();

if (startFailure !== undefined) console.error(startFailure);
if (belowFloor) console.error('Coverage is below its floor of 85 % (lines, statements, functions).');
if (stoppedBy !== undefined) console.error(`Stopped by ${stoppedBy} before the end.`);
else if (passed + failed === 0) console.error('No test ran.');
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
// Not process.exitCode: whatever a test left open must not keep the run from ending.
process.exit(failed > 0 || passed === 0 || belowFloor || stoppedBy !== undefined ? 1 : 0);
