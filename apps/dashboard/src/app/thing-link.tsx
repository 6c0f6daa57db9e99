import { TextLink } from '../ui/text-link.tsx';
import { shortId } from './short-id.ts';
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
