import { randomBytes } from 'node:crypto'
import { open, rm, stat, type FileHandle } from 'node:fs/promises'
import { parseEnv } from 'node:util'
import type { SallyportConfig } from '../config/config-schema.ts'
import { knownProviders, starters, type KnownProvider } from '../known-providers.ts'
import type { Undo } from '../make-or-undo.ts'
import { readNamedFile, unwritable } from '../read-named-file.ts'
import { readText } from '../read-text.ts'
import { toWord } from '../send/next-step.ts'

/** Secrets that are set, and not written yet. */
export interface MadeSecrets {
  /** What to tell the user, once the file is written. @param file as named on the command line */
  notes(file: string): string[]
  /** Opens the file, and creates it if it is missing; only its owner can read a new one. */
  open(): Promise<Undo>
  /** Adds the new secrets to the file. Nothing is left to do after it, so it undoes nothing. */
  write(): Promise<Undo>
}

/**
 * Sets the secret variable of every starter, and of every known provider in the configuration, that has no secret: from an env file, else to a new random secret that belongs
 * into the file. For development: real senders create their own secrets.
 *
 * @param path absolute path of the env file
 */
export async function makeSecrets(path: string, env: NodeJS.ProcessEnv, config: SallyportConfig): Promise<MadeSecrets> {
  const read = await readNamedFile('', path, '--make-secrets').catch((error: { code?: unknown }) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  const before = readText(read ?? new Uint8Array(), `--make-secrets: ${path}`)
  const kept = parseEnv(before)
  const made: [name: string, secret: string][] = []
  for (const { variable, secretPrefix } of chooseKnown(config)) {
    if (env[variable] || env[`${variable}_FILE`]) continue
    const secret = kept[variable] || secretPrefix + randomBytes(32).toString('base64')
    if (!kept[variable]) made.push([variable, secret])
    env[variable] = secret
  }
  const lineEnd = before === '' || before.endsWith('\n') ? '' : '\n'
  // Not changed: somebody may have chosen it, for a group.
  const isOpen = read !== undefined && process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0
  let file: FileHandle | undefined
  return {
    notes(name) {
      const names = made.map(([variable]) => variable).join(', ')
      return [
        ...(made.length > 0 ? [`created secrets in ${name}: ${names}; keep this file out of git`] : []),
        ...(isOpen ? [`${name} has secrets, and other accounts can read it; run chmod 600 ${toWord(name)}`] : []),
      ]
    },
    async open() {
      if (made.length > 0) {
        file = await open(path, 'a', 0o600).catch((cause: unknown) => {
          throw unwritable(`--make-secrets: ${path}`, cause)
        })
      }
      return async () => {
        await file?.close()
        const isEmpty = file !== undefined && read === undefined && (await stat(path)).size === 0
        if (isEmpty) await rm(path)
      }
    },
    async write() {
      await file?.appendFile(lineEnd + made.map(([name, secret]) => `${name}=${secret}\n`).join(''))
      await file?.close()
      return async () => {}
    },
  }
}

// Fifty secrets in a file would hide the few that are used.
function chooseKnown({ providers = {} }: SallyportConfig): readonly KnownProvider[] {
  const names = new Set([...Object.keys(starters), ...Object.keys(providers)])
  return Object.entries(knownProviders).flatMap(([name, known]) => (names.has(name) ? [known] : []))
}
