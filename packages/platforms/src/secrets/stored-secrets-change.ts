import type { StoredSecret, StoredSecrets } from './secret-store.ts'

/** The secrets that still count, or will. */
export function withoutRetired(secrets: readonly StoredSecret[], now: number): readonly StoredSecret[] {
  return secrets.filter(({ notAfter }) => notAfter === undefined || notAfter > now)
}

/**
 * A record with a new secret, which is accepted at once; those before it are accepted until `retireAt`. Whatever was known
 * to be lost is not any more.
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

/** Whether a rotation is at work whose new secret is not known yet. */
export function isRotating({ rotation }: StoredSecrets, now: number): boolean {
  return rotation !== undefined && now < rotation.expiresAt
}

/** Whether the platform may sign with a secret that is not in the record, and will not come. */
export function isLost({ lostAt, rotation }: StoredSecrets, now: number): boolean {
  return lostAt !== undefined || (rotation !== undefined && now >= rotation.expiresAt)
}
