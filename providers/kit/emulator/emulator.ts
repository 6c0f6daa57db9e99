import { FaultBox } from './fault-box.ts';
import { RecordStore } from './record-store.ts';
import { RequestLimits } from './request-limits.ts';
import { matchRoute } from './match-route.ts';
import { TokenStore } from './token-store.ts';
import type { RecordsSnapshot } from './record-store.ts';
import type { TokensSnapshot } from './token-store.ts';
import type {
  Change,
  EmulatorDefinition,
  EmulatorRequest,
  EmulatorResponse,
  OutgoingWebhook,
  WebhookTarget,
  World,
} from './types.ts';

export interface EmulatorOptions {
  seed: number;
  now?: () => Date;
  /** Records per account, by collection; the definition's own counts where absent. */
  counts?: Readonly<Record<string, number>>;
  /** False lets any number of requests through: for measuring something else than the limits. */
  enforceLimits?: boolean;
  /** The redirect URI of the app's registration, for providers that take it from there. */
  redirectUri?: string;
  /** Posts a webhook; gives the status. Rejects when there was no answer. */
  send?: (url: string, webhook: OutgoingWebhook) => Promise<number>;
  /** Told after each change of state; `urgent` when a token depends on it being kept. */
  onStateChange?: (urgent: boolean) => void;
}

export interface SentWebhook {
  id: number;
  at: string;
  url: string;
  body: string;
  headers: Record<string, string>;
  status?: number;
  error?: string;
}

export interface RequestLogEntry {
  at: string;
  host: string;
  method: string;
  path: string;
  query: string;
  status: number;
  tookMs: number;
  fault?: string;
}

export interface EmulatorSnapshot {
  records: RecordsSnapshot;
  tokens: TokensSnapshot;
  target?: WebhookTarget;
}

const LOG_SIZE = 500;

/** One running emulator: its routes behind `handle`, and the levers the control page pulls. */
export class Emulator {
  readonly definition: EmulatorDefinition;
  readonly world: World;
  readonly log: RequestLogEntry[] = [];
  readonly sent: SentWebhook[] = [];
  target: WebhookTarget | undefined;
  readonly #routes: ReturnType<EmulatorDefinition['routes']>;
  readonly #options: EmulatorOptions;
  #nextWebhook = 1;

  constructor(definition: EmulatorDefinition, options: EmulatorOptions) {
    const now = options.now ?? (() => new Date());
    const touched = (urgent: boolean): void => options.onStateChange?.(urgent);
    this.definition = definition;
    this.#options = options;
    this.world = {
      definition,
      seed: options.seed,
      now,
      records: new RecordStore(definition, {
        seed: options.seed,
        counts: options.counts ?? {},
        now,
        onChange: (change) => {
          touched(false);
          this.#tell(change);
        },
      }),
      tokens: new TokenStore(definition.tokens, now, () => touched(true)),
      faults: new FaultBox(),
      limits: new RequestLimits(now, options.enforceLimits ?? true),
      ...(options.redirectUri === undefined ? {} : { redirectUri: options.redirectUri }),
    };
    this.#routes = definition.routes(this.world);
  }

  /** Answers one request as the provider would, faults on demand first. */
  async handle(request: Omit<EmulatorRequest, 'params'>): Promise<EmulatorResponse> {
    const started = performance.now();
    const fault =
      request.host === this.definition.faultHost ? this.world.faults.take(request.path) : undefined;
    let response: EmulatorResponse;
    if (fault?.kind === 'drop') response = { status: 0, drop: true };
    else if (fault !== undefined && fault.kind !== 'slow') response = this.definition.faultResponse(fault);
    else {
      if (fault !== undefined) await new Promise((done) => setTimeout(done, fault.delayMs ?? 5000));
      response = await this.#route(request);
    }
    this.log.push({
      at: this.world.now().toISOString(),
      host: request.host,
      method: request.method,
      // A path may carry a token, and the log is shown.
      path: request.path.replace(/[\w-]{40,}/g, '…'),
      query: request.query.toString().replace(/((?:token|code|secret|auth)=)[^&]+/g, '$1…'),
      status: response.status,
      tookMs: Math.round((performance.now() - started) * 10) / 10,
      ...(fault === undefined ? {} : { fault: fault.kind }),
    });
    if (this.log.length > LOG_SIZE) this.log.splice(0, this.log.length - LOG_SIZE);
    return response;
  }

  /** Posts one sent webhook again, as it was. */
  resend(id: number): boolean {
    const sent = this.sent.find((one) => one.id === id);
    if (sent === undefined) return false;
    this.#post(sent.url, { method: 'POST', headers: sent.headers, body: sent.body });
    return true;
  }

  snapshot(): EmulatorSnapshot {
    const { records, tokens } = this.world;
    const target = this.target === undefined ? {} : { target: this.target };
    return { records: records.snapshot(), tokens: tokens.snapshot(), ...target };
  }

  restore(snapshot: EmulatorSnapshot): void {
    this.world.records.restore(snapshot.records);
    this.world.tokens.restore(snapshot.tokens);
    this.target = snapshot.target;
  }

  /** Back to the seed: no edits, tokens, faults, logs. */
  reset(): void {
    this.world.records.reset();
    this.world.tokens.reset();
    this.world.faults.clear();
    this.world.limits.clear();
    this.log.length = 0;
    this.sent.length = 0;
    this.target = undefined;
    this.#options.onStateChange?.(true);
  }

  setTarget(target: WebhookTarget | undefined): void {
    this.target = target;
    this.#options.onStateChange?.(true);
  }

  async #route(request: Omit<EmulatorRequest, 'params'>): Promise<EmulatorResponse> {
    const match = matchRoute(this.#routes, request);
    if (match === undefined)
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not found' };
    return match.route.handler({ ...request, params: match.params });
  }

  #tell(change: Change): void {
    if (this.target === undefined) return;
    const webhook = this.definition.webhook?.(change, this.target, this.world);
    if (webhook !== undefined) this.#post(this.target.url, webhook);
  }

  #post(url: string, webhook: OutgoingWebhook): void {
    const entry: SentWebhook = {
      id: this.#nextWebhook++,
      at: this.world.now().toISOString(),
      url,
      body: webhook.body,
      headers: webhook.headers,
    };
    this.sent.push(entry);
    if (this.sent.length > LOG_SIZE) this.sent.shift();
    this.#options.send?.(url, webhook).then(
      (status) => void (entry.status = status),
      (error: unknown) => void (entry.error = error instanceof Error ? error.message : String(error)),
    );
  }
}
