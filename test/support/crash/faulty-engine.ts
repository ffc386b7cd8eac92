import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import type { KillPoint, ServerOptions } from './server-options.ts'

const commitDelayMs = 25
const backoffMs = 20

/** The SQLite engine, wrapped so that the process dies at one point or makes one mistake. */
export function createFaultyEngine({ engine: options, dieAt, flaw }: ServerOptions): Engine {
  const engine = createSqliteEngine(
    flaw === 'synchronous=NORMAL' ? { ...options, durability: 'as configured' } : options,
  )

  function passes(point: KillPoint): void {
    if (point === dieAt) process.kill(process.pid, 'SIGKILL')
  }

  return {
    ...engine,
    async insert(batch) {
      passes('before the commit')
      if (flaw === 'acknowledges before the commit') {
        setTimeout(() => void engine.insert(batch).catch(() => {}), commitDelayMs)
        return batch.map(() => 'stored')
      }
      const answers = await engine.insert(batch)
      passes('after the commit, before the reply')
      return answers
    },
    consume: (run, consumeOptions) =>
      engine.consume(
        async (event, attempt) => {
          passes('before the handler')
          await run(event, attempt)
          passes('after the effect, before the completion')
        },
        {
          ...consumeOptions,
          onOutcome(outcome) {
            consumeOptions.onOutcome(outcome)
            if (outcome.outcome === 'handled') passes('after the completion')
            if (outcome.outcome === 'dead') passes('after the dead letter')
            if (outcome.outcome === 'retried') setTimeout(() => passes('during the backoff'), backoffMs)
          },
        },
      ),
    async replay(filter) {
      const count = await engine.replay(filter)
      passes('after the replay')
      return count
    },
  }
}
