import { app } from './en/app.ts';
import { audit } from './en/audit.ts';
import { connections } from './en/connections.ts';
import { consent } from './en/consent.ts';
import { delivery } from './en/delivery.ts';
import { errors } from './en/errors.ts';
import { eventTypes } from './en/event-types.ts';
import { events, trace } from './en/events.ts';
import { forms } from './en/forms.ts';
import { ingest } from './en/ingest.ts';
import { overview } from './en/overview.ts';
import { receiptReplays } from './en/receipt-replays.ts';
import { replays } from './en/replays.ts';
import { settings } from './en/settings.ts';
import { sourceFigures } from './en/source-figures.ts';
import { sourceForm } from './en/source-form.ts';
import { sync } from './en/sync.ts';
import { tenants } from './en/tenants.ts';
import { ui } from './en/ui.ts';
import { undelivered } from './en/undelivered.ts';
import { vault } from './en/vault.ts';
import { webhookForm } from './en/webhook-form.ts';

/** All English text of the dashboard, an object a room. Sentences with figures in them are functions. */
export const en = {
  app,
  audit,
  connections,
  consent,
  delivery,
  errors,
  events,
  eventTypes,
  forms,
  ingest,
  overview,
  receiptReplays,
  replays,
  settings,
  sourceFigures,
  sourceForm,
  sync,
  tenants,
  trace,
  ui,
  undelivered,
  vault,
  webhookForm,
};
