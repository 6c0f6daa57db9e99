import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { text } from '../messages/index.ts';
import { Menu, MenuItem, MenuLabel, MenuLine } from '../ui/menu.tsx';
import { Monogram } from '../ui/monogram.tsx';
import { tellError } from '../ui/toast.tsx';
import { initialsOf } from './initials.ts';
import { person } from './client.ts';
import { useMe } from './me.ts';
import { useTheme, type Theme } from './theme.ts';

const themes: readonly { value: Theme; icon: typeof Sun }[] = [
  { value: 'system', icon: Monitor },
  { value: 'light', icon: Sun },
  { value: 'dark', icon: Moon },
];

/** Who is signed in, how the dashboard looks, and the way out. */
export function AccountMenu() {
  const { me, tenant } = useMe();
  const { theme, setTheme } = useTheme();
  const name = me.user?.name ?? text.app.product;
  const leave = async () => {
    try {
      await person.signOut();
      window.location.assign('/sign-in');
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <button
          type="button"
          className="flex w-full min-w-0 items-center gap-2.5 rounded-md p-2 text-left hover:bg-line/60"
        >
          <Monogram letters={initialsOf(name)} className="size-7 rounded-full bg-accent-soft text-accent" />
          <span className="sr-only">{text.app.account}</span>
          <span className="min-w-0 flex-1 leading-tight">
            <span className="block truncate font-medium">{name}</span>
            <span className="block truncate text-xs text-ink-faint">
              {tenant === undefined ? me.user?.email : text.app.roles[tenant.role]}
            </span>
          </span>
        </button>
      }
    >
      {me.user === null ? null : <MenuLabel>{me.user.email}</MenuLabel>}
      <MenuLine />
      <MenuLabel>{text.app.theme}</MenuLabel>
      {themes.map(({ value, icon: Icon }) => (
        <MenuItem
          key={value}
          icon={<Icon aria-hidden />}
          checked={theme === value}
          onSelect={() => setTheme(value)}
        >
          {text.app.themes[value]}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void leave()}>
        {text.app.signOut}
      </MenuItem>
    </Menu>
  );
}
