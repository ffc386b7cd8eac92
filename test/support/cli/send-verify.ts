import { generateKeyPairSync } from 'node:crypto'
import type { Provider } from 'sallyport'
import { diagnose } from 'sallyport/diagnose'
import { toHeaderList } from 'sallyport/provider'
import { describe, expect, it } from 'vitest'
import { knownProviders } from '../../../packages/cli/src/known-providers.ts'
import { readSendFault, type SendFaultKind } from '../../../packages/cli/src/send/faults.ts'
import { planDeliveries } from '../../../packages/cli/src/send/plan.ts'
import { findTable, readDocument } from '../docs/markdown.ts'

const secret = 'whsec_c2VuZCBhbmQgdmVyaWZ5IGFncmVl'
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const hex = '5e'.repeat(32)
// Of a key pair, the sender has another half: for Ed25519 the seed and public key of RFC 8032, section 7.1, test 1.
const pairs: Readonly<Record<string, { readonly signing: string; readonly receiving: string }>> = {
  adyen: { signing: hex, receiving: hex },
  discord: {
    signing: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    receiving: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  },
  sendgrid: {
    signing: p256.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    receiving: p256.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  },
}
const now = Date.UTC(2026, 3, 12, 8)

/** A sender that the command knows. */
export type Known = readonly [name: string, provider: Provider, event: string]

/** All of them. */
export const knownSenders: readonly Known[] = await Promise.all(
  Object.entries(knownProviders).map(async ([name, { load, event }]) => [name, await load({}), event] as const),
)

/** In docs/cli.md: the fault, what `verify` says, and what it says if the credential is all that the sender proves. */
export const documentedFaults = findTable(readDocument('docs/cli.md'), 'Fault').rows.map((row) => {
  const [kind = '', signed = '', sent = ''] = row.map((cell) => cell.replaceAll('`', ''))
  return { kind: kind as SendFaultKind, signed, sent }
})

/** One sender of each kind of signed message; names aside, the others are signed alike. */
export function pickOneOfEachForm(senders: readonly Known[]): readonly Known[] {
  const formOf = ([, { scheme }]: Known): string => {
    const { kind, algorithm, signed } = scheme.describe()
    return JSON.stringify([kind, algorithm, signed.map((part) => part.split(' ')[0])])
  }
  return [...new Map(senders.toReversed().map((known) => [formOf(known), known])).values()]
}

/** Registers a test for each sender: with a fault of `send`, `verify` says what docs/cli.md says. */
export function describeAgreement(
  { kind, signed, sent }: (typeof documentedFaults)[number],
  senders: readonly Known[],
): void {
  describe(`send --fault ${kind} and verify`, () => {
    it.each(senders)('agree for %s', async (_name, provider, event) => {
      const { scheme } = provider
      const cause = scheme.needsBody ? signed : sent
      // A sender that signs no time cannot show its age.
      const isShown = kind !== 'stale' || !scheme.needsBody || scheme.freshness.from !== 'nowhere'
      // Under another secret, the whole search finds nothing.
      const said = await sayOf(provider, event, kind, kind === 'wrong-signature' ? 1 : 3)
      if (kind === 'corrupt' && scheme.kind === 'body-signature') return
      expect([...new Set(said)]).toEqual(cause === 'nothing arrives' ? [] : [isShown ? cause : 'verifies'])
    })
  })
}

/** What `verify` says of deliveries with a fault, the first finding of each. */
async function sayOf(provider: Provider, type: string, kind: SendFaultKind, times: number): Promise<string[]> {
  // HTTP Basic has a user and a password.
  const text = provider.scheme.prepareKey(secret) === undefined ? `user:${secret}` : secret
  const { signing, receiving } = pairs[provider.name] ?? { signing: text, receiving: text }
  const faults = readSendFault(kind)
  const plan = planDeliveries({ provider, secrets: [signing], type, times, faults, seed: 7, now: () => now })
  const said: string[] = []
  for (const { headers, body, expected } of plan) {
    const delivery = { method: 'POST', url: '/', headers: toHeaderList(headers), body, receivedAt: now, secure: true }
    const { ok, findings } = await diagnose(provider, delivery, { secret: receiving })
    // Where nothing is signed, an altered byte shows itself only when what is left is no JSON.
    if (expected === 'either' && findings[0]?.detail?.startsWith('BODY_NOT_JSON')) continue
    // Where some members are signed, it depends on the byte.
    if (kind === 'corrupt' && provider.scheme.kind === 'body-signature') continue
    expect(ok).toBe(expected !== 'refuse')
    said.push(ok ? 'verifies' : findings[0]!.cause)
    if (!ok && kind !== 'wrong-signature') expect(findings[0]!.certainty).toBe('proven')
  }
  return said
}
