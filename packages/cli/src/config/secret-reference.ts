import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { findSecretFlaw } from 'sallyport/provider'
import { CliError } from '../cli-error.ts'
import { unreadable } from '../read-named-file.ts'
import { readText } from '../read-text.ts'
import { adviseVariable } from '../variables.ts'

/** Where to read a secret; never the secret itself. */
export type SecretReference =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }

/**
 * Parses `env:NAME` or `file:PATH`. Anything else may be the secret itself: it is rejected and not repeated.
 *
 * @param what option or member, for the message
 * @throws CliError `SECRET_LITERAL`
 */
export function parseSecretReference(text: string, what: string): SecretReference {
  const [, kind, rest = ''] = /^(env|file):(.+)$/s.exec(text) ?? []
  if (kind === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest)) return { from: 'env', name: rest }
  if (kind === 'file') return { from: 'file', path: rest }
  throw new CliError('usage', 'SECRET_LITERAL', `${what} must be env:NAME or file:PATH`, {
    fix: 'If you passed the secret itself, rotate it: your shell history and the process list contain it now.',
  })
}

/** A secret and where it was read from. */
export interface FoundSecret {
  /** For messages: `env:NAME` or `file:PATH`. */
  readonly source: string
  readonly secret: string
  /** Whether other accounts can read its file. */
  readonly isReadableByOthers?: boolean | undefined
  /** When its file was written; milliseconds since 1970. */
  readonly writtenAt?: number | undefined
  /** What is around the secret that is not part of it, such as quotes, and what to do. */
  readonly flaw?: string | undefined
}

/** The variables and the working folder of the process. */
export interface Environment {
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}

/**
 * Reads a secret. A line end at the end of a file, and a byte order mark, are not part of the secret.
 *
 * @throws CliError `SECRET_MISSING`, `SECRET_UNREADABLE`, `ENCODING_UNSUPPORTED`
 */
export function readSecret(reference: SecretReference, { env, cwd }: Environment): FoundSecret {
  const source = describeReference(reference)
  const found =
    reference.from === 'env' ? { secret: env[reference.name] ?? '' } : readFile(resolve(cwd, reference.path), source)
  if (found.secret === '') {
    const fix = reference.from === 'env' ? adviseVariable(reference.name, env) : 'Write the secret to the file.'
    throw new CliError('configuration', 'SECRET_MISSING', `${source} is not set or empty`, { fix })
  }
  return { source, ...found, flaw: findSecretFlaw(found.secret) }
}

/** The text of a secret. @throws CliError `SECRET_INVALID` if white space or quotes are around it */
export function toFlawless({ source, secret, flaw }: FoundSecret): string {
  if (flaw === undefined) return secret
  throw new CliError('configuration', 'SECRET_INVALID', `${source} ${flaw}`)
}

/** The reference as text, for messages. */
export function describeReference(reference: SecretReference): string {
  return reference.from === 'env' ? `env:${reference.name}` : `file:${reference.path}`
}

function readFile(path: string, source: string): Pick<FoundSecret, 'secret' | 'isReadableByOthers' | 'writtenAt'> {
  try {
    const secret = readText(readFileSync(path), source).replace(/\r?\n$/, '')
    const { mode, mtimeMs } = statSync(path)
    return { secret, isReadableByOthers: process.platform !== 'win32' && (mode & 0o077) !== 0, writtenAt: mtimeMs }
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw unreadable(source, cause, 'SECRET_UNREADABLE')
  }
}
