import { generateKeyPairSync } from 'node:crypto'

/** What a receiver is configured with, and what signs for it. */
export interface SecretPair {
  readonly receiving: string
  readonly signing: string
}

/** One secret of every form that a scheme may take: text, base64, hex, user and password, and public keys. Each call makes others. */
export function makeSecretPairs(letter: 'a' | 'b'): readonly SecretPair[] {
  const texts = [`whsec_${letter.repeat(32)}`, letter.repeat(64), `user:${letter.repeat(32)}`]
  return [...texts.map((secret) => ({ receiving: secret, signing: secret })), ...makeKeyPairs()]
}

function* makeKeyPairs(): Generator<SecretPair> {
  const pairs = [
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ]
  for (const { publicKey, privateKey } of pairs) {
    const signing = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const der = publicKey.export({ type: 'spki', format: 'der' })
    yield { receiving: publicKey.export({ type: 'spki', format: 'pem' }) as string, signing }
    yield { receiving: der.toString('base64'), signing }
    if (publicKey.asymmetricKeyType !== 'ed25519') continue
    // The key alone: the last 32 bytes.
    yield { receiving: der.subarray(-32).toString('hex'), signing }
    yield { receiving: der.subarray(-32).toString('base64'), signing }
  }
}
