const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Seconds as a person writes them: `5s 1m 30m 2h`, each in the largest unit that divides it. */
export function scheduleText(seconds: readonly number[]): string {
  return seconds
    .map((one) => {
      const [unit, size] = units.find(([, of]) => one % of === 0) ?? (['s', 1] as const);
      return `${one / size}${unit}`;
    })
    .join(' ');
}

/** The other way round; a number alone is seconds. @returns undefined when something in it is no length of time */
export function scheduleOf(text: string): number[] | undefined {
  const given = text.split(/[\s,;]+/).filter((one) => one !== '');
  const seconds = given.map((one) => {
    const [, figure, unit = 's'] = /^(\d{1,6})([smhd])?$/.exec(one) ?? [];
    const size = units.find(([name]) => name === unit)?.[1];
    return figure === undefined || size === undefined ? Number.NaN : Number(figure) * size;
  });
  return seconds.length === 0 || seconds.some(Number.isNaN) ? undefined : seconds;
}
