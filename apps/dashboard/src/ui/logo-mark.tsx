interface LogoMarkProps {
  className?: string;
}

/** The sign of the house: a tenon seated in its mortise, seen from the side. */
export function LogoMark({ className }: LogoMarkProps) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className ?? 'size-7'}>
      <path d="M3 4h11v7.5h7v9h-7V28H3z" fill="var(--accent)" />
      <path d="M17 4h12v24H17v-5h6.5V9H17z" fill="var(--timber)" />
    </svg>
  );
}
