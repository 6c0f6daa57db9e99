import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { resolvePublicHost } from './resolve-host.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A name server (RFC 1035, section 4) that answers every A query with one address, or AAAA, or with no such name. */
async function nameServer(answers: { a?: number[]; aaaa?: number[] }): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, peer) => {
    const questionEnd = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(questionEnd - 4);
    const address = type === 1 ? answers.a : answers.aaaa;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(answers.a === undefined && answers.aaaa === undefined ? 0x8183 : 0x8180, 2);
    header.writeUInt16BE(address === undefined ? 0 : 1, 6);
    header.writeUInt32BE(0, 8);
    const record =
      address === undefined ? [] : [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, address.length, ...address];
    socket.send(
      Buffer.concat([header, query.subarray(12, questionEnd), Buffer.from(record)]),
      peer.port,
      peer.address,
    );
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

describe('resolving a public name', () => {
  it('finds every address, IPv4 first', async () => {
    const server = await nameServer({
      a: [93, 184, 215, 14],
      aaaa: [0x26, 6, ...Array.from({ length: 13 }, () => 0), 1],
    });
    expect(await resolvePublicHost('partner.example', [server])).toEqual(['93.184.215.14', '2606::1']);
  });

  it('is content with one family', async () => {
    const server = await nameServer({ a: [10, 0, 0, 1] });
    expect(await resolvePublicHost('partner.example', [server])).toEqual(['10.0.0.1']);
  });

  it('fails with the resolver’s code when the name does not exist', async () => {
    const server = await nameServer({});
    await expect(resolvePublicHost('nowhere.example', [server])).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('asks the machine where no name server answers the door', async () => {
    const silent = await nameServer({});
    closers.splice(0)[0]?.();
    const found = await resolvePublicHost('localhost.localdomain', [silent]).catch(
      (error: { code: string }) => error.code,
    );
    // What the machine says depends on its hosts file; a refused door is not the answer.
    expect(found).not.toBe('ECONNREFUSED');
  });
});
