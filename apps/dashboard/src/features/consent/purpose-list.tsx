import { listPurposes, type Purpose } from '@mortise/contract';
import { FileCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { usePages } from '../../app/use-read.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { countText } from './count-text.ts';

/** All purposes, each leading to its texts. */
export function PurposeList({ add }: { add: ReactNode }) {
  const purposes = usePages(listPurposes, {});
  return (
    <Card flush>
      <ListBody
        pages={purposes}
        empty={
          <EmptyState
            icon={<FileCheck />}
            title={text.consent.noPurposesTitle}
            description={text.consent.noPurposes}
            action={add}
          />
        }
      >
        {(rows) => (
          <DataTable label={text.consent.purposes} columns={columns} rows={rows} rowKey={({ id }) => id} />
        )}
      </ListBody>
    </Card>
  );
}

const columns: readonly Column<Purpose>[] = [
  {
    key: 'name',
    label: text.consent.purpose,
    grow: true,
    cell: (purpose) => (
      <>
        <RowLink to="/consent/$id" params={{ id: purpose.id }}>
          {purpose.name}
        </RowLink>
        <span className="block truncate font-mono text-sm text-ink-faint">{purpose.key}</span>
      </>
    ),
  },
  {
    key: 'basis',
    label: text.consent.basis,
    from: 'lg',
    cell: (purpose) => <span className="text-ink-soft">{text.consent.bases[purpose.legalBasis]}</span>,
  },
  {
    key: 'text',
    label: text.consent.textVersion,
    from: 'md',
    cell: (purpose) => (
      <span className="figures text-ink-soft">{text.consent.versionNumber(purpose.textVersion)}</span>
    ),
  },
  {
    key: 'inForce',
    label: text.consent.inForce,
    from: 'sm',
    align: 'right',
    cell: (purpose) => <span className="text-ink-soft">{countText(purpose.inForce)}</span>,
  },
  {
    key: 'state',
    label: text.consent.state,
    cell: ({ archivedAt }) => (
      <StatusPill tone={archivedAt === null ? 'good' : 'neutral'}>
        {archivedAt === null ? text.consent.active : text.consent.archived}
      </StatusPill>
    ),
  },
];
