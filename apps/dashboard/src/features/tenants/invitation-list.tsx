import { listInvitations, withdrawInvitation, type Invitation } from '@mortise/contract';
import { X } from 'lucide-react';
import { useMay } from '../../app/me.ts';
import { usePages } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusPill, type Tone } from '../../ui/status-pill.tsx';

const tones: Record<Invitation['status'], Tone> = {
  pending: 'info',
  accepted: 'good',
  withdrawn: 'neutral',
  expired: 'warn',
};

/** The invitations sent out, and the way to take one back. */
export function InvitationList() {
  const isAdmin = useMay('admin');
  const invitations = usePages(listInvitations, {}, isAdmin);
  const withdraw = useSend(withdrawInvitation, { done: text.tenants.withdrawn });
  if (!isAdmin) return null;
  const columns = invitationColumns(withdraw.isPending, (id) => withdraw.mutate({ params: { id } }));

  return (
    <Card title={text.tenants.invitationsTitle} flush>
      <ListBody
        pages={invitations}
        empty={<p className="px-5 pb-5 text-ink-soft">{text.tenants.invitationsEmpty}</p>}
      >
        {(rows) => (
          <DataTable
            label={text.tenants.invitationsTitle}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
          />
        )}
      </ListBody>
    </Card>
  );
}

function invitationColumns(isBusy: boolean, withdraw: (id: string) => void): Column<Invitation>[] {
  return [
    {
      key: 'invited',
      label: text.tenants.invitedColumn,
      grow: true,
      cell: (invitation) => (
        <div className="min-w-0">
          <p className="font-medium [overflow-wrap:anywhere] whitespace-normal">{invitation.email}</p>
          <p className="text-sm text-ink-faint">{text.app.roles[invitation.role]}</p>
        </div>
      ),
    },
    {
      key: 'status',
      label: text.tenants.statusColumn,
      cell: (invitation) => (
        <StatusPill tone={tones[invitation.status]}>
          {text.tenants.invitationStatus[invitation.status]}
        </StatusPill>
      ),
    },
    {
      key: 'expires',
      label: text.tenants.expiresColumn,
      from: 'md',
      cell: (invitation) =>
        invitation.status === 'pending' ? (
          <RelativeTime at={invitation.expiresAt} className="text-ink-soft" />
        ) : null,
    },
    {
      key: 'actions',
      label: text.tenants.actionsColumn,
      quiet: true,
      cell: (invitation) =>
        invitation.status === 'pending' ? (
          <Button
            size="icon"
            variant="ghost"
            icon={<X aria-hidden />}
            title={text.tenants.withdraw}
            aria-label={text.tenants.withdrawInvitation(invitation.email)}
            disabled={isBusy}
            onClick={() => withdraw(invitation.id)}
          />
        ) : null,
    },
  ];
}
