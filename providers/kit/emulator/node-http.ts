import type { EmulatorResponse } from './types.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';

const BODY_LIMIT = 8 * 1024 * 1024;

export interface ReadMessage {
  method: string;
  /** As the client knows it, by its Host header. */
  url: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** A whole request of node:http; undefined when its body is past 8 MiB. */
export async function readMessage(message: IncomingMessage): Promise<ReadMessage | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT) return undefined;
    chunks.push(chunk as Buffer);
  }
  const headers = Object.entries(message.headers).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return {
    method: message.method ?? 'GET',
    url: `http://${message.headers.host ?? 'localhost'}${message.url ?? '/'}`,
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks),
  };
}

/** Sends an emulator's answer, or breaks the connection when it says so. */
export function sendResponse(reply: ServerResponse, response: EmulatorResponse): void {
  if (response.drop === true) return void reply.destroy();
  reply.writeHead(response.status, response.headers);
  reply.end(response.body);
}
