import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'

/** Where a secret is: never the secret itself. */
export type SecretReference =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }

/**
 * Reads `env:NAME` or `file:PATH`. Anything else may be the secret itself, so it is neither taken nor repeated.
 *
 * @param what names the option or member in the message
 * @throws CliError `SECRET_LITERAL`
 */
export function parseSecretReference(text: string, what: string): SecretReference {
  const [, kind, rest = ''] = /^(env|file):(.+)$/s.exec(text) ?? []
  if (kind === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest)) return { from: 'env', name: rest }
  if (kind === 'file') return { from: 'file', path: rest }
  throw new CliError('usage', 'SECRET_LITERAL', `${what} says where the secret is: env:NAME or file:PATH`, {
    fix: 'What was given is not repeated here. If it was the secret itself, it stands in your shell history and the list of processes: rotate it.',
  })
}

/** A secret that was looked up, and where it was. */
export interface FoundSecret {
  /** For messages: `env:NAME` or `file:PATH`. */
  readonly source: string
  readonly secret: string
  /** What doctor should say about the place; never about the content. */
  readonly isReadableByOthers?: boolean
  /** Whether white space stood around it in the variable. */
  readonly hasSpace: boolean
}

/** Where relative paths and variables are looked up. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

/**
 * Looks a secret up. Of a file, the line end at its end is no part of the secret.
 *
 * @throws CliError `SECRET_MISSING`, `SECRET_UNREADABLE`
 */
export function readSecret(reference: SecretReference, { env, cwd }: Surroundings): FoundSecret {
  const source = describeReference(reference)
  const found =
    reference.from === 'env' ? { secret: env[reference.name] ?? '' } : readFile(resolve(cwd, reference.path), source)
  if (found.secret === '') {
    const fix =
      reference.from === 'env' ? `Set the environment variable ${reference.name}.` : 'Write the secret into the file.'
    throw new CliError('configuration', 'SECRET_MISSING', `${source} is not set, or empty`, { fix })
  }
  return { source, ...found, hasSpace: found.secret.trim() !== found.secret }
}

export function describeReference(reference: SecretReference): string {
  return reference.from === 'env' ? `env:${reference.name}` : `file:${reference.path}`
}

function readFile(path: string, source: string): { secret: string; isReadableByOthers: boolean } {
  try {
    const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return { secret, isReadableByOthers: process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0 }
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException
    throw new CliError('configuration', 'SECRET_UNREADABLE', `${source} cannot be read (${code})`, { cause })
  }
}
