import { listMembers, removeMember, roles, updateMember, type Member, type Role } from '@mortise/contract';
import { Users } from 'lucide-react';
import { useState } from 'react';
import { mayAs, useMay, useMe } from '../../app/me.ts';
import { usePages } from '../../app/use-read.ts';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ListBody } from '../../ui/list-body.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Select } from '../../ui/select.tsx';

/** The members with their roles, to be changed by who may. */
export function MemberList() {
  const { me, tenant } = useMe();
  const isAdmin = useMay('admin');
  const members = usePages(listMembers, {});
  const change = useSend(updateMember, { done: text.tenants.roleChanged });
  const [leaving, setLeaving] = useState<Member>();
  const remove = useSend(removeMember, { done: text.tenants.removed, onDone: () => setLeaving(undefined) });
  const mine = tenant?.role ?? 'viewer';

  const columns: Column<Member>[] = [
    {
      key: 'member',
      label: text.tenants.memberColumn,
      grow: true,
      cell: (member) => (
        <div className="min-w-0">
          <p className="flex items-center gap-2">
            <span className="truncate font-medium">{member.name}</span>
            {member.userId === me.user?.id ? <Badge>{text.tenants.you}</Badge> : null}
          </p>
          <p className="truncate text-sm text-ink-faint">{member.email}</p>
        </div>
      ),
    },
    {
      key: 'joined',
      label: text.tenants.joinedColumn,
      from: 'md',
      cell: (member) => <RelativeTime at={member.createdAt} className="text-ink-soft" />,
    },
    {
      key: 'role',
      label: text.tenants.roleColumn,
      cell: (member) =>
        isAdmin && mayAs(mine, member.role) ? (
          <Select<Role>
            aria-label={text.tenants.roleOf(member.name)}
            value={member.role}
            disabled={change.isPending}
            choices={roles.filter((role) => mayAs(mine, role)).map((role) => ({ value: role, label: text.app.roles[role] }))}
            onChange={(role) => change.mutate({ params: { id: member.id }, body: { role } })}
          />
        ) : (
          text.app.roles[member.role]
        ),
    },
  ];
  if (isAdmin) {
    columns.push({
      key: 'actions',
      label: text.tenants.actionsColumn,
      quiet: true,
      from: 'sm',
      cell: (member) =>
        mayAs(mine, member.role) ? (
          <Button size="sm" variant="ghost" aria-label={text.tenants.removeMember(member.name)} onClick={() => setLeaving(member)}>
            {text.tenants.remove}
          </Button>
        ) : null,
    });
  }

  return (
    <Card title={text.tenants.membersTitle} flush>
      <ListBody
        pages={members}
        empty={<EmptyState icon={<Users />} title={text.tenants.membersEmptyTitle} description={text.tenants.membersEmpty} />}
      >
        {(rows) => <DataTable label={text.tenants.membersTitle} columns={columns} rows={rows} rowKey={(member) => member.id} />}
      </ListBody>
      <ConfirmDialog
        open={leaving !== undefined}
        onOpenChange={(open) => open || setLeaving(undefined)}
        title={text.tenants.removeTitle(leaving?.name ?? '')}
        description={text.tenants.removeText}
        confirm={text.tenants.remove}
        busy={remove.isPending}
        onConfirm={() => leaving && remove.mutate({ params: { id: leaving.id } })}
      />
    </Card>
  );
}
