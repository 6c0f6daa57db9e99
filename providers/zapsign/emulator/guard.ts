import { bearerOf } from '../../kit/emulator/index.ts';
import { limited, refused } from './envelopes.ts';
import type {
  EmulatedAccount,
  EmulatorRequest,
  EmulatorResponse,
  Handler,
  World,
} from '../../kit/emulator/index.ts';

const REQUESTS = 500;
const MINUTE_MS = 60_000;

/** Tokens that are known and still do not open anything. */
export const PRODUCTION_TOKEN = '0d1c7b52-93aa-4f0e-8b1d-6f4e2c90aa17';
export const UNPAID_TOKEN = '77e0c1f4-2b8d-4c3a-9e55-1f0b6d48c2e9';

/**
 * A handler behind ZapSign's gate: a token by header or, as older pages have it, in the query; the plan; 500 requests
 * in each minute of the clock (that the windows are the clock's is unconfirmed).
 */
export function guarded(
  world: World,
  handler: (request: EmulatorRequest, account: EmulatedAccount) => EmulatorResponse,
): Handler {
  return (request) => {
    const token = bearerOf(request) ?? request.query.get('api_token') ?? '';
    if (token === PRODUCTION_TOKEN) return refused(403, 'Este token é do ambiente de produção.');
    if (token === UNPAID_TOKEN) return refused(402, 'É necessário um plano de API.');
    const account = world.definition.accounts.find((one) => one.apiKey === token);
    if (token === '' || account === undefined) return refused(401, 'Token inválido.');
    // Only what came since the minute began counts.
    const window = (world.now().getTime() % MINUTE_MS) + 1;
    return world.limits.take(account.id, REQUESTS, window).ok ? handler(request, account) : limited();
  };
}
