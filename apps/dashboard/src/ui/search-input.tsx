import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Input } from './input.tsx';

interface SearchInputProps {
  label: string;
  placeholder?: string;
  value: string;
  /** Called once the typing pauses. */
  onSearch: (value: string) => void;
  className?: string;
}

const pauseMs = 250;

/** Words to look for. What is typed stands at once; what is looked for follows when the typing pauses. */
export function SearchInput({ label, placeholder, value, onSearch, className }: SearchInputProps) {
  const [typed, setTyped] = useState(value);
  // A filter that was cleared elsewhere, or the browser's way back, empties the field too.
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed.trim() === value) return undefined;
    const timer = setTimeout(() => onSearch(typed.trim()), pauseMs);
    return () => clearTimeout(timer);
  });
  return (
    <span className={`relative inline-flex ${className ?? ''}`}>
      <Search
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-faint"
        aria-hidden
      />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={typed}
        onChange={(change) => setTyped(change.target.value)}
        className="pl-8.5"
      />
    </span>
  );
}
