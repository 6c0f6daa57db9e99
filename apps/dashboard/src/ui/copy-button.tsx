import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { text } from '../messages/index.ts';
import { buttonClass } from './button.tsx';

interface CopyButtonProps {
  value: string;
  /** What it copies, for screen readers: "Copy request id". With text beside the icon that text is the name. */
  label: string;
  /** Shown beside the icon. */
  children?: string;
}

/** Copies a value and says so. On pages without TLS, where browsers keep the clipboard shut, it selects instead. */
export function CopyButton({ value, label, children }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <button
        type="button"
        className={
          children === undefined
            ? 'grid size-6 shrink-0 place-items-center rounded-sm text-ink-faint hover:bg-sunken hover:text-ink pointer-coarse:size-9'
            : buttonClass({ variant: 'secondary', size: 'md' })
        }
        aria-label={children === undefined ? label : undefined}
        onClick={() => void copyText(value).then(setCopied)}
      >
        {copied ? (
          <Check className="size-3.5 text-good" aria-hidden />
        ) : (
          <Copy className="size-3.5" aria-hidden />
        )}
        {children}
      </button>
      <span role="status" className="sr-only">
        {copied ? text.ui.copied : ''}
      </span>
    </>
  );
}

async function copyText(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}
