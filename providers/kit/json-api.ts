import { classifier } from './classifier.ts';
import { readPath } from './pagination.ts';
import type { ClassifierOptions } from './classifier.ts';
import type { Api } from './types.ts';

export interface JsonApiOptions extends Omit<ClassifierOptions, 'read'> {
  rateLimits: Api['rateLimits'];
  headers?: Api['headers'];
  readRateHeaders?: Api['readRateHeaders'];
  /** Where a refusal's body tells the provider's own code, message and request id, as dotted paths. */
  errors?: { code?: string; message?: string; requestId?: string };
}

/** An API as most have it: JSON, one shape of error, `Retry-After`. Each option states one deviation. */
export function jsonApi(options: JsonApiOptions): Api {
  const { rateLimits, headers, readRateHeaders = () => undefined, errors = {}, ...judging } = options;
  const read = (body: unknown) =>
    Object.fromEntries(
      Object.entries(errors).flatMap(([name, path]) => {
        const value = readPath(body, path);
        const told = typeof value === 'number' ? String(value) : value;
        return typeof told === 'string' && told !== '' ? [[name, told]] : [];
      }),
    );
  return {
    rateLimits,
    ...(headers === undefined ? {} : { headers }),
    readRateHeaders,
    classify: classifier({ ...judging, read }),
  };
}
