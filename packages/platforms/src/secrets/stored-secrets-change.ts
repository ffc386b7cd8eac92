import type { StoredSecret, StoredSecrets } from './secret-store.ts'

/** Removes secrets that have expired. */
export function withoutRetired(secrets: readonly StoredSecret[], now: number): readonly StoredSecret[] {
  return secrets.filter(({ notAfter }) => notAfter === undefined || notAfter > now)
}

/**
 * Adds a new secret, valid at once. Older secrets stay valid until `retireAt`. A lost secret no longer matters.
 */
export function withNewSecret(
  current: StoredSecrets | undefined,
  secret: string,
  { now, retireAt }: { readonly now: number; readonly retireAt: number },
): StoredSecrets {
  const { lostAt: _lost, secrets: before, ...rest } = current ?? { secrets: [] }
  const retiring = withoutRetired(before, now)
    .filter((known) => known.secret !== secret)
    .map((known) => ({ ...known, notAfter: Math.min(known.notAfter ?? retireAt, retireAt) }))
  return { ...rest, secrets: [...retiring, { id: nextId(before), secret }] }
}

function nextId(secrets: readonly StoredSecret[]): string {
  const numbers = secrets.map(({ id }) => Number(id)).filter(Number.isSafeInteger)
  return String(Math.max(0, ...numbers) + 1)
}

/** Whether a rotation is running whose new secret is not known yet. */
export function isRotating({ rotation }: StoredSecrets, now: number): boolean {
  return rotation !== undefined && now < rotation.expiresAt
}

/** Whether the platform may sign with a secret that was lost. */
export function isLost({ lostAt, rotation }: StoredSecrets, now: number): boolean {
  return lostAt !== undefined || (rotation !== undefined && now >= rotation.expiresAt)
}
