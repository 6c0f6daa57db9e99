import { ChevronsUpDown } from 'lucide-react';
import { text } from '../messages/index.ts';
import { Menu, MenuItem, MenuLabel } from '../ui/menu.tsx';
import { Monogram } from '../ui/monogram.tsx';
import { useMe } from './me.ts';
import { storeTenant } from './session.ts';

/** Which organisation this is, and the way to another one. */
export function TenantSwitcher() {
  const { me, tenant } = useMe();
  if (tenant === undefined) return null;
  const face = (
    <>
      <Monogram
        letters={tenant.name.slice(0, 1).toUpperCase()}
        className="size-6 rounded-md bg-ink text-ground"
      />
      <span className="min-w-0 flex-1 truncate text-left font-medium">{tenant.name}</span>
    </>
  );
  const shape = 'flex h-10 w-full min-w-0 items-center gap-2.5 rounded-md px-2';
  if (me.tenants.length < 2) return <div className={shape}>{face}</div>;
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={`${shape} border border-line bg-surface hover:border-line-strong`}>
          {face}
          <span className="sr-only">{text.app.switchOrganisation}</span>
          <ChevronsUpDown className="size-4 shrink-0 text-ink-faint" aria-hidden />
        </button>
      }
    >
      <MenuLabel>{text.app.organisation}</MenuLabel>
      {me.tenants.map((one) => (
        <MenuItem
          key={one.id}
          checked={one.id === tenant.id}
          onSelect={() => {
            storeTenant(one.id);
            // From the start: nothing of one organisation may stay in memory while another is shown.
            window.location.assign('/');
          }}
        >
          {one.name}
        </MenuItem>
      ))}
    </Menu>
  );
}
