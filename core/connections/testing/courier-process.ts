import { openDatabase } from '@mortise/platform/database';
import type { Egress } from '@mortise/platform/egress';
import { createRenewer } from '../create-renewer.ts';
import { serveCourier } from '../serve-courier.ts';
import { defineMachine } from './machine-provider.ts';
import { createRig } from './rig.ts';
import { reach } from './steps.ts';
import { defineStrict, strictRegistry } from './strict-identity-provider.ts';

/** What a test tells its courier. */
export interface TestSetUp {
  databaseUrl: string;
  providerUrl: string;
  leaseMs: number;
}

// A courier for the tests, as apps/server composes it, that says at each step where it is.
serveCourier(({ databaseUrl, providerUrl, leaseMs }: TestSetUp) => {
  const db = openDatabase({ url: databaseUrl, max: 4 });
  const strict = strictRegistry(defineStrict(providerUrl));
  const rig = createRig({
    db,
    registry: { ...strict, find: (id) => (id === 'machine' ? defineMachine(providerUrl) : strict.find(id)) },
    allow: ['127.0.0.1:*'],
    leaseMs,
  });
  const egress: Egress = {
    ...rig.egress,
    async request(input) {
      await reach('leased', providerUrl);
      const answer = await rig.egress.request(input);
      await reach('answered', providerUrl);
      return answer;
    },
  };
  const renewer = createRenewer({ ...rig, egress });
  return {
    async renew(job) {
      const end = await renewer.renew(job);
      if (end.kind === 'stored') await reach('stored', providerUrl);
      return end;
    },
    async close() {
      await renewer.close();
      await Promise.all([db.close(), rig.egress.close()]);
    },
  };
});
