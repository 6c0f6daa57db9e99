/**
 * Has done together what is asked for within one turn or while the last lot is under way: one commit for all of it.
 *
 * @param act gives a result an item, in order; an Error is that item's own. When it throws, all of the lot fails
 */
export function gather<I, O>(
  act: (items: readonly I[]) => Promise<readonly (O | Error)[]>,
): (item: I) => Promise<O> {
  let waiting: { item: I; resolve: (result: O) => void; reject: (error: unknown) => void }[] = [];
  let working = false;

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const lot = waiting;
      waiting = [];
      try {
        const results = await act(lot.map(({ item }) => item));
        lot.forEach(({ resolve, reject }, at) => {
          const result = results[at] as O | Error;
          if (result instanceof Error) reject(result);
          else resolve(result);
        });
      } catch (error) {
        for (const { reject } of lot) reject(error);
      }
    }
    working = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (working) return;
      working = true;
      setImmediate(() => void work());
    });
}
