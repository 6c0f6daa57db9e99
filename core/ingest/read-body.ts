/** A body as people and programs can read it. */
export type ReadBody = { body: unknown } | { text: string } | { base64: string } | { empty: true };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The bytes as text; undefined when they are none in UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * What an event says of a body: the value under `body` when it is JSON, by its type or by how it begins, else the text,
 * else its bytes in base64. Pure.
 */
export function readBody(bytes: Uint8Array, contentType: string | undefined): ReadBody {
  if (bytes.byteLength === 0) return { empty: true };
  const text = textOf(bytes);
  if (text === undefined) return { base64: Buffer.from(bytes).toString('base64') };
  if (/[/+]json\b/i.test(contentType ?? '') || /^\s*[[{]/.test(text)) {
    try {
      return { body: JSON.parse(text) as unknown };
    } catch {
      // Says it is JSON and is not: the text is all there is.
    }
  }
  return { text };
}
