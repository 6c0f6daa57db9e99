const figures = new Intl.NumberFormat('en');

/** "1 row", "1,204 rows". */
export function count(n: number, one: string, many: string): string {
  return `${figures.format(n)} ${n === 1 ? one : many}`;
}

/** "1,204". */
export function figure(n: number): string {
  return figures.format(n);
}
