import type { Hint } from '@mortise/contract';
import type { Hints } from '@mortise/core/kernel';
import { resyncKind, type Bus } from '@mortise/platform/bus';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { createAuth } from './auth.ts';
import { toMortiseError } from './errors.ts';
import type { Admit } from './server.ts';

const keepAliveMs = 20_000;
/** A reader this far behind is cut off: it connects again and reads anew, which costs less than what it holds here. */
const mostBufferedBytes = 1024 * 1024;

/** Hints from this process and all others, by way of the bus. */
export function hintsOver(bus: Bus): Hints {
  // The bus carries flat fields, and a hint may hold a run.
  return {
    publish: (tenantId, hint) => bus.publish({ kind: hint.kind, tenantId, hint: JSON.stringify(hint) }),
  };
}

interface Reader {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** The open streams. */
export interface Stream {
  /** Keeps the streams open and looks whether their readers may still read: a session may have ended, a member left. */
  tick(): Promise<void>;
  close(): void;
}

/**
 * Live updates by server-sent events (WHATWG HTML, section 9.2), each reader its own tenant's only. What is sent are
 * hints, so nothing is kept for a reader that was away: on every connection the first thing said is `resync`. Who may
 * no longer read is cut off at the next tick, or at once when the tenant's members change.
 */
export function serveStream(
  app: FastifyInstance,
  deps: { bus: Bus; callerOf: ReturnType<typeof createAuth>; admit: Admit },
): Stream {
  const { bus, callerOf, admit } = deps;
  const readers = new Map<string, Set<Reader>>();
  let nextId = 1;

  const resync = JSON.stringify({ kind: 'resync' } satisfies Hint);
  const write = ({ reply: { raw } }: Reader, text: string) => {
    if (raw.destroyed || raw.writableEnded) return;
    raw.write(text);
    if (raw.writableLength > mostBufferedBytes) raw.destroy();
  };
  const tell = (reader: Reader, hint: string) =>
    write(reader, `id: ${nextId++}\nevent: hint\ndata: ${hint}\n\n`);

  const unsubscribe = bus.subscribe((message) => {
    if (message.kind === resyncKind) {
      for (const group of readers.values()) for (const reader of group) tell(reader, resync);
      return;
    }
    const tenantId = String(message.tenantId);
    for (const reader of readers.get(tenantId) ?? []) tell(reader, String(message.hint));
    if (message.kind === 'member') void checkGroup(tenantId);
  });

  async function checkGroup(tenantId: string): Promise<void> {
    // A copy, since readers leave the group while it is walked.
    for (const reader of Array.from(readers.get(tenantId) ?? [])) {
      try {
        await callerOf(reader.request, 'viewer');
      } catch (error) {
        // While the database is away nobody can be told apart; nothing is read meanwhile either.
        if (toMortiseError(error).status < 500) reader.reply.raw.end();
      }
    }
  }

  async function tick(): Promise<void> {
    for (const group of readers.values()) for (const reader of group) write(reader, ': still here\n\n');
    for (const tenantId of Array.from(readers.keys())) await checkGroup(tenantId);
  }

  const timer = setInterval(() => void tick(), keepAliveMs);
  timer.unref();

  app.get('/api/stream', { exposeHeadRoute: false }, async (request, reply) => {
    const caller = await admit(request, reply, 'viewer');
    reply.hijack();
    // Gone while we asked who it is: the event that would take it out again has passed.
    if (request.raw.socket.destroyed) return;
    reply.raw.writeHead(200, {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'keep-alive',
      // Proxies that gather answers before they pass them on would hold the stream back.
      'x-accel-buffering': 'no',
    } as Record<string, string>);
    const reader: Reader = { request, reply };
    const group = readers.get(caller.tenantId) ?? new Set();
    readers.set(caller.tenantId, group.add(reader));
    reply.raw.on('close', () => {
      group.delete(reader);
      if (group.size === 0 && readers.get(caller.tenantId) === group) readers.delete(caller.tenantId);
    });
    tell(reader, resync);
  });

  return {
    tick,
    close() {
      clearInterval(timer);
      unsubscribe();
      for (const group of readers.values()) for (const reader of group) reader.reply.raw.end();
    },
  };
}
