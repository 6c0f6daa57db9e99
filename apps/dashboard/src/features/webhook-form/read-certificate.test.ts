import { expect, test } from 'vitest';
import { readCertificate } from './read-certificate.ts';

// openssl req -x509 -newkey ec -subj '/O=Åkers Bolag/CN=hooks.example.com' -days 3650
const pem = `-----BEGIN CERTIFICATE-----
MIIBuzCCAWGgAwIBAgIUFnrEU3Y1CnXg5REyvJR16IV9aHkwCgYIKoZIzj0EAwIw
MzEVMBMGA1UECgwMw4VrZXJzIEJvbGFnMRowGAYDVQQDDBFob29rcy5leGFtcGxl
LmNvbTAeFw0yNjExMjUxOTAwMDVaFw0zNjExMjIxOTAwMDVaMDMxFTATBgNVBAoM
DMOFa2VycyBCb2xhZzEaMBgGA1UEAwwRaG9va3MuZXhhbXBsZS5jb20wWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAAQNJRvEk+TXpyuL2n6WPIirJ1dhuENb7s+VZC0n
M5YHKxoTqnHhQdg94TUzBtLBYwFHwux+jHNg6tNqAsga1BpTo1MwUTAdBgNVHQ4E
FgQUKTtb4Od8CFPYzsLvTG7ERoDp0YowHwYDVR0jBBgwFoAUKTtb4Od8CFPYzsLv
TG7ERoDp0YowDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAGSUQ7
JVIgHTu9r8L8irQVOIhxooyB7aRzi2gGPWKFHQIhAO5JZ4KXCNmcnoeTQ/NEVC09
u9HG/HWaWASNsTzl8glD
-----END CERTIFICATE-----`;

test('who a certificate is of and when it ends', () => {
  expect(readCertificate(`${pem}\n${pem}`)).toEqual({
    subject: 'hooks.example.com',
    endsAt: new Date('2036-11-22T19:00:05Z'),
  });
});

test('what is none, or only a part of one, is told as nothing', () => {
  const [head = '', ...lines] = pem.split('\n');
  const cut = [head, ...lines.slice(0, 2), lines.at(-1)].join('\n');
  for (const text of ['', 'a certificate', pem.replace('BEGIN', 'BEGUN'), cut, pem.replace('M', '#')])
    expect(readCertificate(text)).toBeUndefined();
});
