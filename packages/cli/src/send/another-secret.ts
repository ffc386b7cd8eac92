import { generateKeyPairSync, randomBytes, randomInt, type KeyObject } from 'node:crypto'
import type { Scheme } from 'sallyport/provider'

const classes = ['0123456789', 'abcdef', 'ABCDEF', 'ghijklmnopqrstuvwxyz', 'GHIJKLMNOPQRSTUVWXYZ']

/** Another secret in the format of one, so that a delivery is rejected because its signature does not match. */
export function anotherSecret(secret: string, scheme: Scheme): string {
  const algorithm = algorithmOf(scheme)
  if (algorithm !== undefined || secret.startsWith('-----BEGIN '))
    return generatePrivateKey(algorithm).export({ format: 'pem', type: 'pkcs8' }).toString().trim()
  const prefix = /^(?:whsec_|whsk_)?/.exec(secret)![0]
  const long = prefix + randomBytes(64).toString('base64')
  // A private key is no key of a receiver; the built-in signers take a long one.
  if (prefix === 'whsk_' || scheme.prepareKey(long) !== undefined) return long
  return alike(secret)
}

/** What a private key is for; `undefined` for Ed25519, and where there is none. */
function algorithmOf(scheme: Scheme): string | undefined {
  const definition = scheme.definition?.()
  if (definition?.kind === 'public-key') return definition.options.algorithm
  return definition?.kind === 'with-required-header' ? algorithmOf(definition.scheme) : undefined
}

function generatePrivateKey(algorithm: string | undefined): KeyObject {
  if (algorithm === undefined) return generateKeyPairSync('ed25519').privateKey
  if (algorithm === 'rsa-sha256') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return generateKeyPairSync('ec', { namedCurve: algorithm === 'ecdsa-sha384' ? 'P-384' : 'P-256' }).privateKey
}

/** A text with other characters of the same kinds; the ends stay, as they may be a prefix or the bits that are left over. */
function alike(secret: string): string {
  // Base64 for URLs may have one anywhere.
  const from = secret.lastIndexOf('_', secret.length / 2) + 1
  const to = Math.max(from, secret.length - 4)
  const middle = secret.slice(from, to).split('').map(another).join('')
  return secret.slice(0, from) + middle + secret.slice(to)
}

function another(character: string): string {
  const set = classes.find((characters) => characters.includes(character)) ?? character
  return set.length === 1 ? set : set[randomInt(set.length)]!
}
