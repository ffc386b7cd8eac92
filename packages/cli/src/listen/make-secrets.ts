import { randomBytes } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { knownProviders } from '../known-providers.ts'
import { readNamedFile } from '../read-named-file.ts'

/**
 * Takes the secrets of a file of variables for every provider that has none, adds a random one for those that have none there
 * either, and sets the variables of this process. A new file is its owner's alone. For development: real senders give their own.
 *
 * @param path absolute
 * @returns names of the variables that were made
 */
export async function makeSecrets(path: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const before = await readNamedFile('', path, '--make-secrets').then(String, (error: { code?: unknown }) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  const kept = parseEnv(before)
  const made: [name: string, secret: string][] = []
  for (const { variable } of Object.values(knownProviders)) {
    if (env[variable] || env[`${variable}_FILE`]) continue
    const secret = kept[variable] || createSecret(variable)
    if (!kept[variable]) made.push([variable, secret])
    env[variable] = secret
  }
  if (made.length === 0) return []
  const lineEnd = before === '' || before.endsWith('\n') ? '' : '\n'
  await appendFile(path, lineEnd + made.map(([name, secret]) => `${name}=${secret}\n`).join(''), { mode: 0o600 })
  return made.map(([name]) => name)
}

function createSecret(variable: string): string {
  const random = randomBytes(32).toString('base64')
  return variable === 'FLEET_WEBHOOK_TOKEN' ? random : `whsec_${random}`
}
