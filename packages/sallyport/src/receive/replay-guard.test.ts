import { describe, expect, it } from 'vitest'
import { createReplayGate } from './replay-guard.ts'
import { acknowledge, type Reply } from './reply.ts'
import type { ReplayGuard, ReplayTerms } from './replay-terms.ts'

const times = (now: number, claimId = 'mine'): ReplayTerms => ({ claimId, now, retentionMs: 1000, minimumMs: 100 })

describe('createReplayGate', () => {
  it('follows the later of two runs, where the first claim was forgotten', async () => {
    const answers = ['claimed', 'claimed', 'pending'] as const
    let asked = 0
    const guard: ReplayGuard = {
      name: 'forgetful',
      claim: () => answers[asked++]!,
      commit: () => {},
      release: () => {},
    }
    const gate = createReplayGate(guard, () => {})
    const [first, second] = [Promise.withResolvers<Reply>(), Promise.withResolvers<Reply>()]
    const replies = [
      gate.enter('a', times(0, 'first'), () => first.promise),
      gate.enter('a', times(1, 'second'), () => second.promise),
    ]
    first.resolve(acknowledge('handled'))
    await replies[0]
    const third = gate.enter('a', times(2, 'third'), () => Promise.reject(new Error('handled twice')))
    second.resolve(acknowledge('handled'))
    expect(await third).toMatchObject({ status: 200, outcome: 'duplicate' })
  })
})
