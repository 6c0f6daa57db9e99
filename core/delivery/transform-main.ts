import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import type { TransformAnswer, TransformQuestion } from './transform-message.ts';
import { shutIn } from './transform-wall.ts';

// The process that runs tenants' transforms, one question at a time, and nothing else (start-transform-process.ts starts it).
//
// A process and not a thread: an expression that asks for much memory at once ends the whole process it runs in, in a
// thread with a limit of its own too. Each expression of a tenant has a context of its own with its own copy of the
// language, so that what it does to its objects reaches nobody else. Only text goes into a context and comes out of
// one: nothing in it leads to this process, and no text can be made code. Should something come out of one all the same, the
// process reads two files of ours and the language, and nothing else on this machine or beyond (transform-wall.ts).

/** The language, from the one file besides this process's own that it may read. */
const library = readFileSync(process.argv[2] ?? '', 'utf8');

/** Puts the language into a context, with a clock that stands where the event happened. */
const prelude = new vm.Script(`'use strict';
globalThis.jsonata = (() => { const module = { exports: {} }; const exports = module.exports;
${library}
; return module.exports; })();
{
  const Running = Date;
  globalThis.now = 0;
  globalThis.Date = class extends Running {
    constructor(...given) { if (given.length === 0) super(now); else super(...given); }
    static now() { return now; }
  };
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const encode = (text) => {
    let out = '';
    for (let at = 0; at < text.length; at += 3) {
      const [one, two, three] = [0, 1, 2].map((next) => text.charCodeAt(at + next));
      if (one > 255 || two > 255 || three > 255) throw new Error('It can encode characters up to U+00FF only');
      const bits = (one << 16) | (two << 8) | three;
      out += alphabet[bits >> 18] + alphabet[(bits >> 12) & 63];
      out += at + 1 < text.length ? alphabet[(bits >> 6) & 63] : '=';
      out += at + 2 < text.length ? alphabet[bits & 63] : '=';
    }
    return out;
  };
  const decode = (text) => {
    let [out, bits, held] = ['', 0, 0];
    for (const letter of text.replace(/=+$/, '')) {
      bits = ((bits << 6) | alphabet.indexOf(letter)) & 0xffffff;
      held += 6;
      if (held >= 8) out += String.fromCharCode((bits >> (held -= 8)) & 255);
    }
    return out;
  };
  const bound = {
    base64encode: (text) => (text === undefined ? undefined : encode(text)),
    base64decode: (text) => (text === undefined ? undefined : decode(text)),
  };
  globalThis.say = (error) => JSON.stringify({
    message: String(error?.message ?? error).slice(0, 300),
    position: typeof error?.position === 'number' ? error.position : null,
  });
  globalThis.compile = (text) => {
    const expression = jsonata(text);
    globalThis.run = async (body) => {
      globalThis.output = globalThis.fault = undefined;
      try {
        const input = JSON.parse(body);
        now = Date.parse(input.timestamp);
        const given = await expression.evaluate(input, bound);
        if (typeof given === 'function' || given?._jsonata_lambda === true)
          throw new Error('It gives a function and not JSON');
        globalThis.output = given === undefined ? null : JSON.stringify(given);
        if (globalThis.output === undefined) throw new Error('It gives something that is not JSON');
      } catch (error) {
        globalThis.fault = say(error);
      }
    };
    return expression.ast();
  };
}`);

const evaluation = new vm.Script('void run(body)');

/** What would give another answer for the same event, or run text as code. */
const refused = new Set(['random', 'shuffle', 'eval']);

const mostKept = 50;
/** Contexts by tenant and expression, the one used last at the end. */
const kept = new Map<string, vm.Context>();

/** @throws what the language says of the expression, or Node that it took too long */
function contextOf({ tenantId, expression, deadlineMs }: TransformQuestion): vm.Context {
  const key = `${tenantId} ${expression}`;
  let context = kept.get(key);
  kept.delete(key);
  if (context === undefined) {
    context = vm.createContext(Object.create(null) as vm.Context, {
      codeGeneration: { strings: false, wasm: false },
      // What an expression leaves to be done later is done within its own time.
      microtaskMode: 'afterEvaluate',
    });
    prelude.runInContext(context);
    context['text'] = expression;
    const found = vm.runInContext(
      'try { JSON.stringify(compile(text)) } catch (e) { fault = say(e); undefined }',
      context,
      {
        timeout: deadlineMs,
      },
    ) as string | undefined;
    if (found === undefined) throw new Refused(String(context['fault']));
    refuseNames(JSON.parse(found));
  }
  kept.set(key, context);
  const [oldest] = kept.keys();
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  return context;
}

class Refused extends Error {}

function refuseNames(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const { type, value, position } = node as Record<string, unknown>;
  if (type === 'variable' && typeof value === 'string' && refused.has(value)) {
    throw new Refused(
      JSON.stringify({ message: `$${value} cannot be used here`, position: position ?? null }),
    );
  }
  for (const inner of Object.values(node)) refuseNames(inner);
}

function answer(question: TransformQuestion): TransformAnswer {
  const before = process.cpuUsage();
  try {
    const context = contextOf(question);
    if (question.body === null) return { kind: 'nothing' };
    context['body'] = question.body;
    context['fault'] = '{"message":"It never comes to an end","position":null}';
    evaluation.runInContext(context, { timeout: question.deadlineMs });
    const { fault, output } = context as { fault?: string; output?: string | null };
    context['body'] = context['output'] = undefined;
    if (fault !== undefined) throw new Refused(fault);
    if (typeof output !== 'string') return { kind: 'nothing' };
    if (Buffer.byteLength(output) > question.mostBytes)
      return { kind: 'failed', message: `It gives more than ${question.mostBytes} bytes`, position: null };
    return { kind: 'given', body: output };
  } catch (error) {
    // Whatever it was doing was cut off in the middle: nothing of it is used again.
    kept.delete(`${question.tenantId} ${question.expression}`);
    if (error instanceof Refused) {
      const fault = JSON.parse(error.message) as { message: string; position: number | null };
      return { kind: 'failed', ...fault };
    }
    if (!isLate(error)) return { kind: 'failed', message: 'It cannot be evaluated', position: null };
    const { user, system } = process.cpuUsage(before);
    return { kind: 'late', cpuMs: (user + system) / 1_000 };
  }
}

/** It may be an error of the context's own kind, which is none of ours. */
const isLate = (error: unknown) =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

shutIn();
process.on('message', (question) => process.send?.(answer(question as TransformQuestion)));
// Whoever asked is gone.
process.on('disconnect', () => process.exit());
process.send?.('ready');
