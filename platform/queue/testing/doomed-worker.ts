import pg from 'pg';
import { createLogger } from '../../telemetry/index.ts';
import { createQueue } from '../index.ts';

/** A process of its own that takes one `hold` job and never lets go; its parent kills it. */
const pool = new pg.Pool({ connectionString: process.argv[2] });
const queue = createQueue<{ hold: { text: string } }>({
  pool,
  tasks: {
    hold: {
      maxAttempts: 1,
      handler: () => {
        process.send?.('took');
        return new Promise(() => undefined);
      },
    },
  },
  concurrency: 1,
  logger: createLogger({ level: 'silent' }),
});
await queue.start();
process.send?.('ready');
