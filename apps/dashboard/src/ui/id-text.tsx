import clsx from 'clsx';
import { text } from '../messages/index.ts';
import { CopyButton } from './copy-button.tsx';

interface IdTextProps {
  value: string;
  className?: string;
}

/** An id in full, with a button that copies it. */
export function IdText({ value, className }: IdTextProps) {
  return (
    <span className={clsx('inline-flex max-w-full items-center gap-1', className)}>
      <code className="min-w-0 font-mono text-sm break-all">{value}</code>
      <CopyButton value={value} label={text.ui.copyValue(value)} />
    </span>
  );
}
