import clsx from 'clsx';

interface MonogramProps {
  /** One or two letters. */
  letters: string;
  className: string;
}

/** Letters as a picture: drawn, so that they are no part of the name of the button they stand in. */
export function Monogram({ letters, className }: MonogramProps) {
  return (
    <svg viewBox="0 0 28 28" aria-hidden className={clsx('shrink-0', className)}>
      <text
        x="14"
        y="14"
        textAnchor="middle"
        dominantBaseline="central"
        fill="currentColor"
        fontSize="11.5"
        fontWeight="600"
      >
        {letters}
      </text>
    </svg>
  );
}
