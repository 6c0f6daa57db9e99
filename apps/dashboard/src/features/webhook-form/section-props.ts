import type { SettingsDraft } from './webhook-values.ts';

/** What each section of the form is given. */
export interface SectionProps {
  settings: SettingsDraft;
  change: (change: Partial<SettingsDraft>) => void;
  /** By the field's path from the form's root. */
  errors: Readonly<Record<string, string | undefined>>;
}
