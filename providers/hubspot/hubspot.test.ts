import { describe, expect, test } from 'vitest';
import { httpResponse } from '../kit/index.ts';
import { providerConformance } from '../kit/conformance.ts';
import { hubspotEmulator } from './emulator/index.ts';
import { hubspot } from './index.ts';

describe('conformance', () => {
  const checks = providerConformance({
    provider: hubspot,
    emulator: hubspotEmulator,
    samples: {
      contacts: {
        create: { firstname: 'Iara', lastname: 'Prado', email: 'iara@prado.example', city: 'Recife' },
        update: { city: 'Olinda', jobtitle: 'Founder' },
        invalid: { email: 'not an address' },
      },
      companies: {
        create: { name: 'Prado Tiles', domain: 'prado.example', numberofemployees: '12' },
        update: { numberofemployees: '13' },
        invalid: { no_such_property: 'x' },
      },
      deals: {
        create: {
          dealname: 'Prado Tiles, first order',
          amount: '18500',
          dealstage: 'qualifiedtobuy',
          contact_id: '101',
          company_id: '900000000',
        },
        update: { dealstage: 'closedwon', amount: '17900' },
        invalid: { dealname: 'Nowhere', dealstage: 'no-such-stage' },
      },
      tickets: {
        create: { subject: 'Cracked tiles', hs_pipeline_stage: '1', hs_ticket_priority: 'HIGH' },
        update: { hs_pipeline_stage: '4' },
        invalid: { subject: 'Without a status' },
      },
    },
  });
  test.each(checks)('$name', ({ run }) => expect(run()).resolves.toBeUndefined());
});

describe('verdicts', () => {
  const classify = (status: number, body: unknown, headers = {}) =>
    hubspot.api.classify(httpResponse(status, headers, JSON.stringify(body)), new Date(0));

  test('a 429 without Retry-After waits as long as its policy’s window', () => {
    const body = { status: 'error', message: 'limit', errorType: 'RATE_LIMIT' };
    expect(classify(429, { ...body, policyName: 'SECONDLY' })).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 1000,
    });
    expect(classify(429, { ...body, policyName: 'TEN_SECONDLY_ROLLING' })).toMatchObject({
      retryAfterMs: 10_000,
    });
    expect(classify(429, { ...body, policyName: 'DAILY' })).toMatchObject({ retryAfterMs: 900_000 });
  });

  test('an account in migration (477) is to be asked again when it says', () => {
    expect(classify(477, {}, { 'retry-after': '30' })).toMatchObject({
      kind: 'provider_error',
      retryAfterMs: 30_000,
    });
  });

  test('a missing scope is forbidden, an existing address a conflict, a gateway’s HTML page the provider’s failure', () => {
    expect(classify(403, { category: 'MISSING_SCOPES', message: 'no' })).toMatchObject({
      kind: 'forbidden',
      providerCode: 'MISSING_SCOPES',
    });
    expect(classify(409, { category: 'CONFLICT', message: 'exists', correlationId: 'c-1' })).toMatchObject({
      kind: 'conflict',
      providerRequestId: 'c-1',
    });
    expect(hubspot.api.classify(httpResponse(502, {}, '<html>'), new Date(0)).kind).toBe('provider_error');
  });

  test('rate headers are read where they are', () => {
    const headers = {
      'x-hubspot-ratelimit-max': '110',
      'x-hubspot-ratelimit-remaining': '7',
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
    };
    expect(hubspot.api.readRateHeaders(headers, new Date(0))).toEqual({
      limit: 110,
      remaining: 7,
      windowMs: 10_000,
    });
    expect(hubspot.api.readRateHeaders({}, new Date(0))).toBeUndefined();
  });
});

test('a link goes with a new record as an association of HubSpot’s own type, and never as a property', () => {
  const { create, update } = hubspot.resources.deals;
  const fields = { dealname: 'One', contact_id: '101', company_id: '' };
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }];
  expect(create?.request(fields).json).toEqual({
    properties: { dealname: 'One' },
    associations: [{ to: { id: '101' }, types }],
  });
  expect(update?.request('7', fields).json).toEqual({ properties: { dealname: 'One' } });
});
