import { updatePurpose, type ConsentText, type Purpose } from '@mortise/contract';
import { Archive, ArchiveRestore, FilePlus, MoreHorizontal, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useSend } from '../../app/use-send.ts';
import { text } from '../../messages/index.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { PublishDialog } from './publish-dialog.tsx';
import { PurposeDialog } from './purpose-dialog.tsx';

interface PurposeActionsProps {
  purpose: Purpose;
  latest: ConsentText['texts'];
}

/** What can be done with a purpose. */
export function PurposeActions({ purpose, latest }: PurposeActionsProps) {
  const [asking, setAsking] = useState<'publish' | 'edit' | 'archive'>();
  const close = () => setAsking(undefined);
  const isArchived = purpose.archivedAt !== null;
  const update = useSend(updatePurpose, {
    done: ({ archivedAt }) => (archivedAt === null ? text.consent.restored : text.consent.archivedDone),
    onDone: close,
  });
  const setArchived = (archived: boolean) =>
    update.mutate({ params: { id: purpose.id }, body: { archived }, ifMatch: purpose.version });
  return (
    <>
      <Button variant="primary" icon={<FilePlus aria-hidden />} onClick={() => setAsking('publish')}>
        {text.consent.publish}
      </Button>
      <Menu
        trigger={<Button size="icon" aria-label={text.consent.more} icon={<MoreHorizontal aria-hidden />} />}
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setAsking('edit')}>
          {text.consent.edit}
        </MenuItem>
        {isArchived ? (
          <MenuItem icon={<ArchiveRestore aria-hidden />} onSelect={() => setArchived(false)}>
            {text.consent.restore}
          </MenuItem>
        ) : (
          <MenuItem icon={<Archive aria-hidden />} danger onSelect={() => setAsking('archive')}>
            {text.consent.archive}
          </MenuItem>
        )}
      </Menu>
      {asking === 'publish' ? <PublishDialog purpose={purpose} latest={latest} onClose={close} /> : null}
      {asking === 'edit' ? <PurposeDialog purpose={purpose} onClose={close} /> : null}
      <ConfirmDialog
        open={asking === 'archive'}
        onOpenChange={(open) => open || close()}
        title={text.consent.archiveTitle(purpose.name)}
        description={text.consent.archiveText}
        confirm={text.consent.archive}
        busy={update.isPending}
        onConfirm={() => setArchived(true)}
      />
    </>
  );
}
