import { text } from '../../messages/index.ts';

export const sizeUnits = ['bytes', 'KiB', 'MiB'] as const;
export type SizeUnit = (typeof sizeUnits)[number];

export const unitBytes: Record<SizeUnit, number> = { bytes: 1, KiB: 1024, MiB: 1024 * 1024 };

/** A number of bytes in the largest unit of which it is a whole number: nothing is rounded, so nothing is changed by looking. */
export function sizeOf(bytes: number): { amount: number; unit: SizeUnit } {
  const unit = sizeUnits.findLast((one) => bytes % unitBytes[one] === 0) ?? 'bytes';
  return { amount: bytes / unitBytes[unit], unit };
}

/** "1 MiB", "1.5 MiB", "300 bytes": for reading, to one decimal. */
export function sizeText(bytes: number, locale: string): string {
  const unit = sizeUnits.findLast((one) => bytes >= unitBytes[one]) ?? 'bytes';
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  return text.sourceForm.size(format.format(bytes / unitBytes[unit]), unit);
}
