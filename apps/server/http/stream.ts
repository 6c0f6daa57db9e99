import type { Hint } from '@mortise/contract';
import { publicId, type Hints } from '@mortise/core/kernel';
import { resyncKind, type Bus } from '@mortise/platform/bus';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { nilId, type createAuth } from './auth.ts';

const keepAliveMs = 20_000;
/** A reader this far behind is cut off: it connects again and reads anew, which costs less than what it holds here. */
const mostBufferedBytes = 1024 * 1024;

/** Hints from this process and all others, by way of the bus. */
export function hintsOver(bus: Bus): Hints {
  // The bus carries flat fields, and a hint may hold a run.
  return { publish: (tenantId, hint) => bus.publish({ kind: hint.kind, tenantId, hint: JSON.stringify(hint) }) };
}

/**
 * Live updates by server-sent events (WHATWG HTML, section 9.2), each reader its own tenant's only. What is sent are
 * hints, so nothing is kept for a reader that was away: on every connection the first thing said is `resync`.
 */
export function serveStream(app: FastifyInstance, bus: Bus, callerOf: ReturnType<typeof createAuth>): { close(): void } {
  const readers = new Map<string, Set<FastifyReply>>();
  let nextId = 1;

  const resync = JSON.stringify({ kind: 'resync' } satisfies Hint);
  const write = (reply: FastifyReply, hint: string) => {
    reply.raw.write(`id: ${nextId++}\nevent: hint\ndata: ${hint}\n\n`);
    if (reply.raw.writableLength > mostBufferedBytes) reply.raw.destroy();
  };

  const unsubscribe = bus.subscribe((message) => {
    if (message.kind === resyncKind) {
      for (const group of readers.values()) for (const reply of group) write(reply, resync);
      return;
    }
    for (const reply of readers.get(String(message.tenantId)) ?? []) write(reply, String(message.hint));
  });

  const timer = setInterval(() => {
    for (const group of readers.values()) for (const reply of group) reply.raw.write(': still here\n\n');
  }, keepAliveMs);
  timer.unref();

  app.get('/api/stream', async (request, reply) => {
    const caller = await callerOf(request, 'viewer');
    if (caller.tenantId === nilId) throw new Error(`A stream without a tenant, for ${publicId('tenant', nilId)}`);
    reply.hijack();
    reply.raw.writeHead(200, {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      // Proxies that gather answers before they pass them on would hold the stream back.
      'x-accel-buffering': 'no',
    } as Record<string, string>);
    const group = readers.get(caller.tenantId) ?? new Set();
    readers.set(caller.tenantId, group.add(reply));
    reply.raw.on('close', () => {
      group.delete(reply);
      if (group.size === 0) readers.delete(caller.tenantId);
    });
    write(reply, resync);
  });

  return {
    close() {
      clearInterval(timer);
      unsubscribe();
      for (const group of readers.values()) for (const reply of group) reply.raw.end();
    },
  };
}
