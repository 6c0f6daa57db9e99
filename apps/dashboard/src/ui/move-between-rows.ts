import type { KeyboardEvent } from 'react';

/** Arrow keys lead from the link of one row to that of the next or the one before; for `onKeyDown` of a row's link. */
export function moveBetweenRows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const links = [
    ...(event.currentTarget.closest('table')?.querySelectorAll<HTMLElement>('[data-row-link]') ?? []),
  ];
  const at = links.indexOf(event.currentTarget);
  if (at === -1) return;
  event.preventDefault();
  links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
}
