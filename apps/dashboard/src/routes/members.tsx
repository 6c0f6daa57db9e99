import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useMay } from '../app/me.ts';
import { InvitationList } from '../features/tenants/invitation-list.tsx';
import { InviteDialog } from '../features/tenants/invite-dialog.tsx';
import { MemberList } from '../features/tenants/member-list.tsx';
import { text } from '../messages/index.ts';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';

export function Page() {
  const [inviting, setInviting] = useState(false);
  const isAdmin = useMay('admin');
  return (
    <>
      <PageHeader
        title={text.app.pages.members}
        description={text.tenants.membersLead}
        actions={
          isAdmin ? (
            <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={() => setInviting(true)}>
              {text.tenants.invite}
            </Button>
          ) : undefined
        }
      />
      <div className="flex flex-col gap-5">
        <MemberList />
        <InvitationList />
      </div>
      <InviteDialog open={inviting} onClose={() => setInviting(false)} />
    </>
  );
}
