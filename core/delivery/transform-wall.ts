import dgram from 'node:dgram';
import dns from 'node:dns';
import module from 'node:module';
import net from 'node:net';

function refuse(): never {
  throw new Error('A transform may not do this');
}

/**
 * Takes from this process, for good, what leads out of it and Node's permissions leave: the network (they bar it from
 * Node 25 on), signals to other processes, and the loading of any other code. Called once all that is needed is loaded.
 *
 * Expressions run in contexts that lead to none of it. This is for what would come out of one by a fault in Node or in
 * the language.
 */
export function shutIn(): void {
  Object.assign(net.Socket.prototype, { connect: refuse });
  Object.assign(net.Server.prototype, { listen: refuse });
  Object.assign(dgram.Socket.prototype, { bind: refuse, connect: refuse, send: refuse, sendto: refuse });
  for (const names of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(names)))
      if (typeof value === 'function' && /^(resolve|reverse|lookup)/.test(name))
        Object.assign(names, { [name]: refuse });
  }
  for (const name of ['kill', '_kill', '_debugProcess', '_linkedBinding', 'dlopen', 'getBuiltinModule'])
    Object.defineProperty(process, name, { value: refuse });
  // What is there from Node 22.15 on.
  (module as Partial<typeof module>).registerHooks?.({ resolve: refuse, load: refuse });
}
