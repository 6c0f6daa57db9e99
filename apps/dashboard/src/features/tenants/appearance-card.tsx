import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from '../../app/theme.ts';
import { text } from '../../messages/index.ts';
import { Card } from '../../ui/card.tsx';
import { Segments } from '../../ui/segments.tsx';

/** Light, dark, or as the system has it. */
export function AppearanceCard() {
  const { theme, setTheme } = useTheme();
  return (
    <Card title={text.settings.appearanceTitle} description={text.settings.appearanceLead}>
      <Segments
        label={text.settings.appearanceTitle}
        value={theme}
        onChange={setTheme}
        choices={[
          { value: 'system', label: text.app.themes.system, icon: <Monitor aria-hidden /> },
          { value: 'light', label: text.app.themes.light, icon: <Sun aria-hidden /> },
          { value: 'dark', label: text.app.themes.dark, icon: <Moon aria-hidden /> },
        ]}
      />
    </Card>
  );
}
