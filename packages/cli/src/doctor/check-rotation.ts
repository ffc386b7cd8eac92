import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createFileSecretStore, PlatformError } from '@sallyport/platforms'
import type { FoundSecret } from '../config/secret-reference.ts'
import { error, warning, type Finding } from './check.ts'

const day = 86_400_000
// Senders retry for days, not for months.
const longestOverlap = 30 * day
const oldest = 365 * day

const inDays = (ms: number): string => `${Math.floor(ms / day)} days`

/** Checks the secrets of one provider against each other: equal ones, and old ones that stayed after a rotation. */
export function checkRotation(name: string, secrets: readonly FoundSecret[], now: number): Finding[] {
  const findings: Finding[] = []
  if (new Set(secrets.map(({ secret }) => secret)).size < secrets.length)
    findings.push(
      warning(
        'secret-rotation',
        name,
        'two of its secrets are equal',
        'List the old and the new secret while you rotate, each once.',
      ),
    )
  const ages = secrets.flatMap(({ writtenAt }) => (writtenAt === undefined ? [] : [now - writtenAt]))
  const newest = Math.min(...ages)
  if (secrets.length > 1 && ages.length === secrets.length && newest > longestOverlap)
    findings.push(
      warning(
        'secret-age',
        name,
        `${secrets.length} secrets have been valid for ${inDays(newest)}`,
        'The rotation is over: remove the old secret here, and from the sender.',
      ),
    )
  for (const { source, writtenAt } of secrets)
    if (writtenAt !== undefined && now - writtenAt > oldest)
      findings.push(warning('secret-age', name, `${source} was written ${inDays(now - writtenAt)} ago`, 'Rotate it.'))
  return findings
}

/** Finds secrets that several providers have: who knows it for one can forge deliveries of the other. */
export function checkShared(
  all: readonly { readonly name: string; readonly secrets: readonly FoundSecret[] }[],
): Finding[] {
  const owners = new Map<string, string>()
  const findings: Finding[] = []
  for (const { name, secrets } of all)
    for (const { source, secret } of secrets) {
      const owner = owners.get(secret) ?? name
      owners.set(secret, owner)
      if (owner !== name)
        findings.push(
          warning(
            'secret-shared',
            name,
            `${source} is also the secret of ${owner}`,
            'Give each endpoint a secret of its own: who has one could send as the other.',
          ),
        )
    }
  return findings
}

/** Checks what `sallyport webhooks` stored: lost secrets, old ones, and old ones without an end. */
export async function checkStored(file: string, cwd: string, now: number): Promise<Finding[]> {
  if (!existsSync(resolve(cwd, file))) return []
  const store = createFileSecretStore(resolve(cwd, file))
  const findings: Finding[] = []
  try {
    for (const name of await store.names()) {
      const { secrets = [], lostAt } = (await store.get(name)) ?? {}
      const rotate = `sallyport webhooks rotate ${name.split(':')[0]} <event>`
      if (lostAt !== undefined)
        findings.push(
          warning('secret-lost', name, `${file} may have lost its secret at a rotation`, `Rotate again: ${rotate}`),
        )
      const open = secrets.filter(({ notAfter }) => notAfter === undefined)
      const newest = Math.max(...open.map(({ notBefore = now }) => notBefore))
      if (open.length > 0 && now - newest > oldest)
        findings.push(warning('secret-age', name, `its secret is ${inDays(now - newest)} old`, `Rotate it: ${rotate}`))
      if (open.length > 1 && now - newest > longestOverlap)
        findings.push(
          warning('secret-age', name, `${open.length} secrets are valid without an end`, `Rotate once more: ${rotate}`),
        )
    }
  } catch (cause) {
    if (!PlatformError.is(cause)) throw cause
    findings.push(error('secret-file', 'webhooks', cause.message, 'Repair the file, or move it away and rotate.'))
  }
  return findings
}
