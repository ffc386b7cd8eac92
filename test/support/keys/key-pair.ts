import { generateKeyPairSync } from 'node:crypto'

/** Two pairs of P-256 keys: what a receiver is configured with, and what signs for it. */
export function makeP256Pairs(): { readonly secrets: [string, string]; readonly signingSecrets: [string, string] } {
  const pairs = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  return {
    secrets: pairs.map(({ publicKey }) => publicKey.export({ format: 'der', type: 'spki' }).toString('base64')) as [
      string,
      string,
    ],
    signingSecrets: pairs.map(({ privateKey }) => privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()) as [
      string,
      string,
    ],
  }
}
