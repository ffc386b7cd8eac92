import type { Provider } from 'sallyport'
import { diagnose } from 'sallyport/diagnose'
import { toHeaderList } from 'sallyport/provider'
import { describe, expect, it } from 'vitest'
import { knownProviders } from '../../packages/cli/src/known-providers.ts'
import { readSendFault, sendFaults, type SendFaultKind } from '../../packages/cli/src/send/faults.ts'
import { planDeliveries } from '../../packages/cli/src/send/plan.ts'
import { findTable, readDocument } from '../support/docs/markdown.ts'

const secret = 'whsec_c2VuZCBhbmQgdmVyaWZ5IGFncmVl'
const now = Date.UTC(2026, 3, 12, 8)
const providers = Object.entries(knownProviders).map(([name, { create }]) => [name, create({})] as const)

// In docs/cli.md: the fault, what `verify` says, and what it says if the credential is all that the sender proves.
const documented = findTable(readDocument('docs/cli.md'), 'Fault').rows.map((row) =>
  row.map((cell) => cell.replaceAll('`', '')),
)

/** What `verify` says of deliveries with a fault, the first finding of each. */
async function sayOf(provider: Provider, kind: SendFaultKind, times: number): Promise<string[]> {
  const [type = 'order.created'] = Object.keys(provider.events).filter((name) => name !== '*')
  const faults = readSendFault(kind)
  const plan = planDeliveries({ provider, secrets: [secret], type, times, faults, seed: 7, now: () => now })
  const said: string[] = []
  for (const { headers, body, expected } of plan) {
    const delivery = { method: 'POST', url: '/', headers: toHeaderList(headers), body, receivedAt: now, secure: true }
    const { ok, findings } = await diagnose(provider, delivery, { secret })
    expect(ok).toBe(expected !== 'refuse')
    said.push(ok ? 'verifies' : findings[0]!.cause)
    if (!ok && kind !== 'wrong-signature') expect(findings[0]!.certainty).toBe('proven')
  }
  return said
}

describe('send --fault and verify', () => {
  it('know the same faults', () => {
    expect(documented.map(([kind]) => kind)).toEqual(Object.keys(sendFaults))
  })

  it.each(documented.map(([kind, signed, sent]) => [kind as SendFaultKind, signed!, sent!] as const))(
    'agree on %s',
    async (kind, signed, sent) => {
      for (const [name, provider] of providers) {
        const cause = provider.scheme.needsBody ? signed : sent
        // A sender that signs no time cannot show its age.
        const isShown = kind !== 'stale' || name !== 'github'
        // Under another secret, the whole search finds nothing.
        const said = await sayOf(provider, kind, kind === 'wrong-signature' ? 1 : 3)
        expect([name, ...new Set(said)]).toEqual([
          name,
          ...(cause === 'nothing arrives' ? [] : [isShown ? cause : 'verifies']),
        ])
      }
    },
  )
})
