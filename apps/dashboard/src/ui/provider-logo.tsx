import clsx from 'clsx';

interface ProviderLogoProps {
  /** SVG as a data: URL, as the API gives it; undefined while it is not known. */
  logo: string | undefined;
  name: string;
  size?: 'sm' | 'md' | 'lg';
}

const sizes = { sm: 'size-6 rounded-sm p-0.5', md: 'size-9 rounded-md p-1.5', lg: 'size-12 rounded-lg p-2' };

/** A provider's mark on a ground of its own, so that any colour holds in both themes. Its name stands beside it. */
export function ProviderLogo({ logo, name, size = 'md' }: ProviderLogoProps) {
  return (
    <span
      aria-hidden
      className={clsx(
        'grid shrink-0 place-items-center overflow-hidden bg-[#fffefb] text-[#544e46] ring-1 ring-line',
        sizes[size],
      )}
    >
      {logo === undefined ? (
        <span className="text-sm font-semibold">{name.slice(0, 1)}</span>
      ) : (
        <img src={logo} alt="" className="size-full object-contain" />
      )}
    </span>
  );
}
