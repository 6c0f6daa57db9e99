/** The top of a scale: the first of 4, 8, 12, 20, 40, 60 … that holds the greatest value; it divides by four. */
export function niceTop(greatest: number): number {
  if (!(greatest > 4)) return 4;
  const power = 10 ** Math.floor(Math.log10(greatest / 4));
  const step = [1, 2, 3, 5, 10].find((factor) => factor * power * 4 >= greatest) ?? 10;
  return step * power * 4;
}
