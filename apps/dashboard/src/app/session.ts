import type { Me } from '@mortise/contract';

const key = 'mortise.tenant';

/** The organisation that the person last worked in, on this machine. */
export function storedTenant(): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

export function storeTenant(id: string | undefined): void {
  try {
    if (id === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, id);
  } catch {
    // A browser that keeps nothing: the first organisation it is, on each visit.
  }
  active = id;
}

let active = storedTenant();

/** The organisation that calls act for. */
export function activeTenant(): string | undefined {
  return active;
}

/** Which of a person's organisations to work in: the last one while they still belong to it, else the first. */
export function chooseTenant(
  tenants: Me['tenants'],
  last: string | undefined,
): Me['tenants'][number] | undefined {
  return tenants.find((tenant) => tenant.id === last) ?? tenants[0];
}
