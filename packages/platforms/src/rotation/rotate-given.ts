import { randomUUID } from 'node:crypto'
import { backoff } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { StoredSecrets } from '../secrets/secret-store.ts'
import { isRotating, withNewSecret } from '../secrets/stored-secrets-change.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import type { WebhookTarget } from '../webhooks/target.ts'
import type { Rotated, RotationSettings } from './rotate-options.ts'

/**
 * Rotates where the platform creates the secret. The store is marked before the request, so a receiver that gets a delivery
 * signed with the new secret sees the mark.
 */
export async function rotateGiven(
  client: SonzaiClient,
  target: WebhookTarget,
  name: string,
  settings: RotationSettings,
): Promise<Rotated> {
  const { store, now, windowMs } = settings
  const markId = randomUUID()
  for (let attempt = 1; ; attempt++) {
    await setMark(name, markId, settings)
    let hasRotated = false
    try {
      const secret = await requestSecret(client, target, settings)
      hasRotated = true
      const at = now()
      const times = { now: at, retireAt: at + windowMs }
      const record = await keep(settings, () =>
        store.update(name, (current) => withoutMark(withNewSecret(current, secret, times), markId)),
      )
      return { name, record: record ?? { secrets: [] }, attempts: attempt }
    } catch (error) {
      const isUncertain = !hasRotated && PlatformError.is(error) && mayHaveRotated(error)
      const isOver = settings.signal?.aborted === true || attempt >= settings.attempts
      if (isUncertain && !isOver) {
        const waitMs = Math.max(error.retryAfterMs ?? 0, backoff(500, 8_000, attempt, settings.random()))
        await settings.wait(Math.min(waitMs, settings.pendingMs), settings.signal)
        continue
      }
      // A mark that cannot be removed expires soon; the original error matters more.
      const isLost = isUncertain || hasRotated
      await store.update(name, (current) => settleFailure(current, markId, isLost, now())).catch(() => {})
      if (!isUncertain) throw error
      throw new PlatformError('ROTATION_UNCERTAIN', {
        platform: 'sonzai',
        operation: 'rotateWithOverlap',
        detail: `${attempt} tries failed (${error.code}); rotate again`,
      })
    }
  }
}

function requestSecret(
  { webhooks }: SonzaiClient,
  target: WebhookTarget,
  { signal }: RotationSettings,
): Promise<string> {
  const { eventType, projectId } = target
  const answer =
    projectId === undefined
      ? webhooks.rotateSecret(eventType, { signal })
      : webhooks.rotateSecretForProject(projectId, eventType, { signal })
  return answer.then(({ secret }) => secret)
}

async function setMark(name: string, id: string, { store, now, pendingMs }: RotationSettings): Promise<void> {
  await store.update(name, (current = { secrets: [] }) => {
    if (isRotating(current, now()) && current.rotation?.id !== id) {
      throw new PlatformError('ROTATION_IN_PROGRESS', { platform: 'sonzai', detail: `secret "${name}"` })
    }
    return { ...current, rotation: { id, expiresAt: now() + pendingMs } }
  })
}

/** Removes the mark, unless another rotation owns it. */
function withoutMark(record: StoredSecrets, id: string): StoredSecrets {
  const { rotation, ...rest } = record
  return rotation !== undefined && rotation.id !== id ? record : rest
}

function settleFailure(
  current: StoredSecrets | undefined,
  id: string,
  isLost: boolean,
  now: number,
): StoredSecrets | undefined {
  if (current === undefined) return undefined
  const record = withoutMark(current, id)
  if (isLost) return { ...record, lostAt: record.lostAt ?? now }
  // Do not leave an empty record behind.
  const isEmpty = record.secrets.length === 0 && record.lostAt === undefined && record.rotation === undefined
  return isEmpty ? undefined : record
}

const certain: ReadonlySet<string> = new Set([
  'PLATFORM_BAD_REQUEST',
  'PLATFORM_UNAUTHORIZED',
  'PLATFORM_FORBIDDEN',
  'PLATFORM_NOT_FOUND',
  'PLATFORM_CONFLICT',
  'PLATFORM_RATE_LIMITED',
  'PLATFORM_REFUSED',
  'PLATFORM_REDIRECTED',
  'PLATFORM_OPTION_INVALID',
  'ROTATION_IN_PROGRESS',
  'SECRET_STORE_FAILED',
])

/** Whether the platform may have rotated although the call failed. */
function mayHaveRotated(error: PlatformError): boolean {
  return !certain.has(error.code)
}

/** Stores the secret, with retries: it exists nowhere else. */
async function keep<Result>(
  { attempts, wait, random }: RotationSettings,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attempts) throw error
      await wait(backoff(100, 1_000, attempt, random()))
    }
  }
}
