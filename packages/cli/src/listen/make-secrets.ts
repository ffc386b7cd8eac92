import { randomBytes } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { knownProviders } from '../known-providers.ts'

/**
 * Adds a random secret for every provider that has none to a file of variables that only its owner can read, and sets the
 * variables of this process. For development: real senders give their own.
 *
 * @returns names of the variables that were made
 */
export async function makeSecrets(path: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const missing = Object.values(knownProviders).filter(({ variable }) => !env[variable] && !env[`${variable}_FILE`])
  if (missing.length === 0) return []
  const made = missing.map(({ variable }) => {
    const random = randomBytes(32).toString('base64')
    return [variable, variable === 'FLEET_WEBHOOK_TOKEN' ? random : `whsec_${random}`] as const
  })
  await appendFile(path, made.map(([name, secret]) => `${name}=${secret}\n`).join(''), { mode: 0o600 })
  for (const [name, secret] of made) env[name] = secret
  return made.map(([name]) => name)
}
