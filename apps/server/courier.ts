// The process that `startCourier` starts: renews tokens, and outlives its server by what is under way. It loads what it
// needs by file and not by the rooms' doors, since somebody waits for its first renewal.
import { createRenewer } from '@mortise/core/connections/create-renewer.ts';
import { serveCourier } from '@mortise/core/connections/serve-courier.ts';
import { systemClock } from '@mortise/core/kernel';
import { createVault } from '@mortise/core/vault/vault.ts';
import { openDatabase } from '@mortise/platform/database';
import type { CourierSetUp } from './courier-set-up.ts';
import { composeReach } from './reach.ts';

process.title = 'mortise courier';
serveCourier(({ databaseUrl, masterKeys, reach }: CourierSetUp) => {
  const db = openDatabase({ url: databaseUrl, max: 8, applicationName: 'mortise courier' });
  const { egress, registry } = composeReach(reach);
  const renewer = createRenewer({
    db,
    vault: createVault({ masterKeys }),
    egress,
    clock: systemClock,
    registry,
  });
  return {
    renew: (job) => renewer.renew(job),
    async close() {
      await renewer.close();
      await Promise.all([db.close(), egress.close()]);
    },
  };
});
