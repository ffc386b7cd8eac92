import { randomBytes } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import { knownProviders } from '../known-providers.ts'
import { readNamedFile } from '../read-named-file.ts'
import { readText } from '../read-text.ts'

/**
 * Sets the secret variable of every provider that has no secret: from an env file, else to a new random secret that is added to
 * the file. Only the owner can read a new file. For development: real senders create their own secrets.
 *
 * @param path absolute path of the env file
 * @returns names of the variables that got a new secret
 */
export async function makeSecrets(path: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const read = await readNamedFile('', path, '--make-secrets').catch((error: { code?: unknown }) => {
    if (error.code === 'ENOENT') return new Uint8Array()
    throw error
  })
  const before = readText(read, `--make-secrets: ${path}`)
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
