const colours: Record<string, string> = {
  trace: '90',
  debug: '36',
  info: '32',
  warn: '33',
  error: '31',
  fatal: '35',
};

/** One JSON log line as a person reads it: time, level, message, then the fields; an error's stack below. */
export function prettyLine(line: string): string {
  const { time, level, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const label = String(level);
  const rest = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = [
    String(time).slice(11, 23),
    `\u001B[${colours[label] ?? '0'}m${label.padEnd(5)}\u001B[0m`,
    typeof msg === 'string' ? msg : '',
    ...rest,
  ];
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : '';
  return `${head.join(' ')}${stack}\n`;
}
