import { readPath } from '../kit/index.ts';

/**
 * The Graph error envelope, `{ error: { message, type, code, error_subcode, fbtrace_id } }`. The subcode is part of
 * the code only where it changes the meaning: 100 with 33 is "no such object".
 */
export function graphError(body: unknown): { code?: string; message?: string; requestId?: string } {
  const code = readPath(body, 'error.code');
  const subcode = readPath(body, 'error.error_subcode');
  const message = readPath(body, 'error.message');
  const requestId = readPath(body, 'error.fbtrace_id');
  return {
    ...(typeof code === 'number' ? { code: code === 100 && subcode === 33 ? '100/33' : String(code) } : {}),
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  };
}
