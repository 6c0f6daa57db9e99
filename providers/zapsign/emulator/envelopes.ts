import { json } from '../../kit/emulator/index.ts';
import type { EmulatorResponse, Fault } from '../../kit/emulator/index.ts';

/** `{"detail": "…"}`, as most refusals look. */
export function refused(
  status: number,
  detail: string,
  headers: Record<string, string> = {},
): EmulatorResponse {
  return json(status, { detail }, headers);
}

/** A refused value, named by its field. */
export function invalid(field: string, complaint: string): EmulatorResponse {
  return json(400, { [field]: [complaint] });
}

export function missing(): EmulatorResponse {
  return refused(404, 'Não encontrado.');
}

/** Some refusals are plain text. */
export function plain(status: number, body: string): EmulatorResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** The 429 tells no wait: no such header is published. */
export function limited(retryAfter?: string): EmulatorResponse {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return refused(429, 'Limite de requisições excedido.', headers);
}

/** A failure that was asked for on the control page. */
export function faultResponse(fault: Fault): EmulatorResponse {
  if (fault.kind === 'rate_limited') return limited(fault.retryAfter);
  if (fault.kind === 'unauthorized') return refused(401, 'Token inválido.');
  if (fault.kind === 'forbidden') return refused(403, 'Este token é de outro ambiente.');
  return plain(500, 'Server Error (500)');
}
