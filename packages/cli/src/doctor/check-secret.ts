import type { ChosenProvider } from '../choose-provider.ts'
import type { FoundSecret } from '../config/secret-reference.ts'
import { knownProviders } from '../known-providers.ts'
import { error, ok, warning, type Finding } from './check.ts'
import { countBytes, findEncodingFlaw, findOtherKind, isPlaceholder } from './secret-kind.ts'

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, read November 2026
const fewestBytes = 24
const mostBytes = 64

/** Checks one secret. No finding repeats any of it. */
export function checkSecret(chosen: ChosenProvider, found: FoundSecret): Finding[] {
  const { name } = chosen
  const { source, secret, isReadableByOthers, flaw } = found
  const kind = checkKind(chosen, found)
  const isNone = kind.some(({ severity }) => severity === 'error')
  const findings = isNone ? kind : [...kind, ...checkLength(chosen, found)]
  if (flaw !== undefined) {
    const [what, fix] = flaw.split('; ') as [string, string]
    findings.push(error('secret-space', name, `${source} ${what}`, `Fix: ${fix}.`))
  }
  if (isReadableByOthers) {
    const fix = `chmod 600 ${source.replace('file:', '')}`
    findings.push(warning('secret-file', name, `${source} is readable by other accounts`, fix))
  }
  return findings.length > 0 ? findings : [ok('secret', name, `${source} is set, ${secret.length} characters`)]
}

function checkKind({ name, title, provider }: ChosenProvider, { source, secret, flaw }: FoundSecret): Finding[] {
  const prefix = Object.hasOwn(knownProviders, name) ? knownProviders[name]!.secretPrefix : ''
  const other = findOtherKind(provider, prefix, secret)
  const wanted = `the signing secret of ${title}${prefix === '' ? '' : ` (${prefix}…)`}`
  if (other !== undefined && !other.isPossible) {
    const first = other.isLive ? 'Roll the key if this place is less safe than its own. ' : ''
    return [error('secret-kind', name, `${source} is ${other.kind}, no signing secret`, `${first}Put ${wanted} here.`)]
  }
  if (isPlaceholder(secret))
    return [error('secret-placeholder', name, `${source} is a placeholder`, 'Copy the real secret from the sender.')]
  if (other !== undefined)
    return [
      warning(
        'secret-kind',
        name,
        `${source} looks like ${other.kind}`,
        `If it is not the secret, put ${wanted} here.`,
      ),
    ]
  const copy = 'Copy the secret again from the sender.'
  const encoding = findEncodingFlaw(provider, secret)
  if (encoding !== undefined) {
    const finding = encoding.isPossible ? warning : error
    return [finding('secret-encoding', name, `${source} ${encoding.flaw}`, copy)]
  }
  if (provider.scheme.prepareKey(secret) === undefined)
    return [error('secret-form', name, `${source} does not match the format of this provider's secrets`, copy)]
  // Where the prefix is decoded away, a secret without it is the same one.
  const lacks = prefix !== '' && provider.scheme.prepareKey(`${prefix}!`) !== undefined && !secret.startsWith(prefix)
  if (lacks && flaw === undefined)
    return [
      warning('secret-encoding', name, `${source} does not begin with ${prefix}`, `${copy} The prefix belongs to it.`),
    ]
  return []
}

function checkLength({ name, provider, shortest }: ChosenProvider, { source, secret }: FoundSecret): Finding[] {
  const fix = 'Use a random secret of at least 32 bytes.'
  const short = (what: string): Finding[] => [warning('secret-length', name, `${source} ${what}`, fix)]
  if (secret.length < shortest) return short(`has ${secret.length} characters, fewer than ${shortest}`)
  if (new Set(secret).size < 8) return short('has few different characters')
  const bytes = countBytes(provider, secret)
  if (bytes === undefined) return []
  if (bytes < fewestBytes) return short(`has ${bytes} bytes, fewer than ${fewestBytes}`)
  return bytes > mostBytes ? short(`has ${bytes} bytes, more than ${mostBytes}: it may be two secrets`) : []
}
