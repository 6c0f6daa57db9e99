/** "rec_…k3v9qa": what is left of an id where there is no room for it. Ids sort by time, so that starts are alike. */
export function shortId(id: string): string {
  const at = id.indexOf('_');
  return id.length <= 16 ? id : `${id.slice(0, at + 1)}…${id.slice(-6)}`;
}
