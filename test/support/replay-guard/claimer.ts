import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { ReplayTerms } from 'sallyport'
import { openGuard, type GuardPlace } from './open-guard.ts'

// A process of its own that claims events: `race` claims many that others claim too, and prints those it got; `hold` claims one,
// handles it, and says so every half second, until it reads `commit` or `release`.

const [, , mode, json, count] = process.argv
// Only what is held should lapse soon.
const leaseMs = mode === 'hold' ? undefined : 60_000
const { guard, close } = await openGuard(JSON.parse(json!) as GuardPlace, leaseMs)
const newTerms = (): ReplayTerms => ({
  claimId: randomUUID(),
  now: Date.now(),
  retentionMs: 3_600_000,
  minimumMs: 600_000,
})

if (mode === 'race') {
  const claimed: number[] = []
  // No table is there yet: all processes make it at once.
  await Promise.all(
    Array.from({ length: Number(count) }, async (_, index) => {
      const terms = newTerms()
      if ((await guard.claim(`event ${index}`, terms)) !== 'claimed') return
      claimed.push(index)
      await guard.commit(`event ${index}`, terms)
    }),
  )
  console.log(JSON.stringify(claimed))
  await close()
} else {
  const terms = newTerms()
  console.log(await guard.claim('held', terms))
  setInterval(() => console.log('at work'), 500)
  for await (const line of createInterface(process.stdin)) {
    await guard[line as 'commit' | 'release']('held', terms)
    console.log(line)
  }
}
