/** What the vault refuses. None of it reaches a caller: to them it is `internal`, and the operator reads the code. */
export class VaultError extends Error {
  readonly code: 'VAULT_WRONG_MASTER_KEY' | 'VAULT_UNKNOWN_KEY' | 'VAULT_WILL_NOT_OPEN';
  constructor(code: VaultError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'VaultError';
    this.code = code;
  }
}
