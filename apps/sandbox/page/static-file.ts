import { readFileSync } from 'node:fs';
import type { EmulatorResponse } from '@mortise/providers/kit/emulator';

const FILES: Readonly<Record<string, string>> = {
  'control.js': 'text/javascript',
  'dom.js': 'text/javascript',
  'control.css': 'text/css',
};

/** One of the control page's own files; undefined for any other name. */
export function staticFile(name: string): EmulatorResponse | undefined {
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) return undefined;
  const headers = { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' };
  return { status: 200, headers, body: readFileSync(new URL(`./${name}`, import.meta.url)) };
}
