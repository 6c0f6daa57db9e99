/** A moment as RDQL writes it, to the second, rounded down (that it is read as UTC is unconfirmed). */
export function rdqlTime(at: Date): string {
  return `"${at.toISOString().slice(0, 19).replace('T', ' ')}"`;
}

/** Terms that must all hold: RDQL separates them with a space. */
export function rdql(terms: readonly (string | undefined)[]): string | undefined {
  const given = terms.filter((term) => term !== undefined);
  return given.length === 0 ? undefined : given.join(' ');
}
