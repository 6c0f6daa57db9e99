import { listMembers, removeMember, roles, updateMember, type Member, type Role } from '@mortise/contract';
import { UserMinus, Users } from 'lucide-react';
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
import { Select, type Choice } from '../../ui/select.tsx';

/** The members with their roles, to be changed by who may. */
export function MemberList() {
  const { me, tenant } = useMe();
  const isAdmin = useMay('admin');
  const members = usePages(listMembers, {});
  const change = useSend(updateMember, { done: text.tenants.roleChanged });
  const [leaving, setLeaving] = useState<Member>();
  const remove = useSend(removeMember, { done: text.tenants.removed, onDone: () => setLeaving(undefined) });
  const mine = tenant?.role ?? 'viewer';
  const columns = memberColumns({
    myId: me.user?.id,
    // Nobody gives or takes a role above their own.
    canChange: (member) => isAdmin && mayAs(mine, member.role),
    choices: roles
      .filter((role) => mayAs(mine, role))
      .map((role) => ({ value: role, label: text.app.roles[role] })),
    isBusy: change.isPending,
    onRole: (member, role) => change.mutate({ params: { id: member.id }, body: { role } }),
    onRemove: setLeaving,
  });

  return (
    <Card title={text.tenants.membersTitle} flush>
      <ListBody
        pages={members}
        empty={
          <EmptyState
            icon={<Users />}
            title={text.tenants.membersEmptyTitle}
            description={text.tenants.membersEmpty}
          />
        }
      >
        {(rows) => (
          <DataTable
            label={text.tenants.membersTitle}
            columns={columns}
            rows={rows}
            rowKey={(member) => member.id}
          />
        )}
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

interface MemberActs {
  myId: string | undefined;
  canChange: (member: Member) => boolean;
  choices: readonly Choice<Role>[];
  isBusy: boolean;
  onRole: (member: Member, role: Role) => void;
  onRemove: (member: Member) => void;
}

function memberColumns({ myId, canChange, choices, isBusy, onRole, onRemove }: MemberActs): Column<Member>[] {
  return [
    {
      key: 'member',
      label: text.tenants.memberColumn,
      grow: true,
      cell: (member) => (
        <div className="min-w-0">
          <p className="flex items-center gap-2">
            <span className="truncate font-medium">{member.name}</span>
            {member.userId === myId ? <Badge>{text.tenants.you}</Badge> : null}
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
        canChange(member) ? (
          <Select<Role>
            aria-label={text.tenants.roleOf(member.name)}
            value={member.role}
            disabled={isBusy}
            choices={choices}
            onChange={(role) => onRole(member, role)}
          />
        ) : (
          text.app.roles[member.role]
        ),
    },
    {
      key: 'actions',
      label: text.tenants.actionsColumn,
      quiet: true,
      cell: (member) =>
        canChange(member) ? (
          <Button
            size="icon"
            variant="ghost"
            icon={<UserMinus aria-hidden />}
            aria-label={text.tenants.removeMember(member.name)}
            title={text.tenants.remove}
            onClick={() => onRemove(member)}
          />
        ) : null,
    },
  ];
}
