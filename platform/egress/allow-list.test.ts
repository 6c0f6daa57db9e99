import { describe, expect, it } from 'vitest';
import { parseAllowList } from './allow-list.ts';

describe('the allow-list', () => {
  it('opens a bare host on the web ports only', () => {
    const list = parseAllowList(['intranet.example']);
    expect(list.allowsHost('intranet.example', 443)).toBe(true);
    expect(list.allowsHost('INTRANET.example.', 80)).toBe(true);
    expect(list.allowsHost('intranet.example', 5432)).toBe(false);
    expect(list.allowsHost('sub.intranet.example', 443)).toBe(false);
  });

  it('opens one port, or every port, when the entry says so', () => {
    const list = parseAllowList(['localhost:4001', '10.0.0.5:*', '[::1]:4002', '::1']);
    expect(list.allowsHost('localhost', 4001)).toBe(true);
    expect(list.allowsHost('localhost', 4003)).toBe(false);
    expect(list.allowsHost('10.0.0.5', 9)).toBe(true);
    expect(list.allowsHost('[::1]', 4002)).toBe(true);
    expect(list.allowsHost('::1', 443)).toBe(true);
    expect(list.allowsHost('::1', 4003)).toBe(false);
  });

  it('opens a network for addresses of its own family', () => {
    const list = parseAllowList(['10.1.0.0/16', 'fd00::/8']);
    expect(list.allowsAddress('10.1.2.3')).toBe(true);
    expect(list.allowsAddress('10.2.2.3')).toBe(false);
    expect(list.allowsAddress('fd12::1')).toBe(true);
    expect(list.allowsAddress('fe80::1')).toBe(false);
    expect(list.allowsAddress('not an address')).toBe(false);
  });

  it.each(['http://x', 'a b', '10.0.0.0/33', 'host:0', 'host:70000', 'host:', '', '*', '[::1', 'user@host'])(
    'refuses %j by name rather than guess',
    (entry) => expect(() => parseAllowList([entry])).toThrow(`"${entry}"`),
  );
});
