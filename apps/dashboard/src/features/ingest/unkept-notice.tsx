import { listUnkeptReceipts } from '@mortise/contract';
import { useRead } from '../../app/use-read.ts';
import { locale, text } from '../../messages/index.ts';
import { Notice } from '../../ui/notice.tsx';
import { TextLink } from '../../ui/text-link.tsx';

/** Says how many refused requests are not in the list of receipts, where there are any. */
export function UnkeptNotice({ sourceId }: { sourceId: string | undefined }) {
  const unkept = useRead(listUnkeptReceipts, { query: { sourceId } });
  if (unkept.data === undefined || unkept.data.data.length === 0) return null;
  const { keptPerHour, keptPerMinute, data } = unkept.data;
  const figure = new Intl.NumberFormat(locale);
  const sum = data.reduce((all, one) => all + one.unkept, 0);
  return (
    <div className="mb-4">
      <Notice tone="warn" title={text.sourceFigures.unkeptTitle(sum)}>
        {text.sourceFigures.unkeptText(figure.format(keptPerMinute), figure.format(keptPerHour))}
        {sourceId === undefined ? (
          <ul aria-label={text.sourceFigures.unkeptAt} className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1">
            {data.map((one) => (
              <li key={one.sourceId}>
                <TextLink to="/sources/$id" params={{ id: one.sourceId }}>
                  {one.sourceName}
                </TextLink>{' '}
                <span className="figures">{figure.format(one.unkept)}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </Notice>
    </div>
  );
}
