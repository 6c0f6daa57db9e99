import { TextLink } from '../ui/text-link.tsx';
import { thingPath } from './thing-path.ts';

/** An id that leads to its thing's page, where there is one. `short` keeps the last characters, which differ. */
export function ThingLink({ id, short = false }: { id: string; short?: boolean }) {
  const path = thingPath(id);
  const shown = short ? shortId(id) : id;
  if (path === undefined) return <span className="font-mono text-sm break-all text-ink-soft">{shown}</span>;
  return (
    <TextLink {...path} className="relative z-10 font-mono text-sm font-normal break-all" title={id}>
      {shown}
    </TextLink>
  );
}

/** "rec_…k3v9qa": what is left of an id where there is no room for it. Ids sort by time, so that starts are alike. */
export function shortId(id: string): string {
  const at = id.indexOf('_');
  return id.length <= 16 ? id : `${id.slice(0, at + 1)}…${id.slice(-6)}`;
}
