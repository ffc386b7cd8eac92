import { isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import { acknowledge, problem, type Reply } from './reply.ts'
import type { ReplayClaim, ReplayGuard, ReplayTerms } from './replay-guard.ts'

/** Lets each key through once. */
export interface Gate {
  /**
   * Runs `work` unless the key was handled before. A duplicate that arrives while the first is at work waits for it: told
   * 2xx too early, its sender would believe in an event that may yet fail.
   *
   * @throws SallyportError `REPLAY_GUARD_FAILED` or `REPLAY_GUARD_FULL`
   */
  enter(key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply>
}

/** @param onError told when an outcome could not be recorded */
export function createReplayGate(guard: ReplayGuard, onError: (error: unknown) => void): Gate {
  const atWork = new Map<string, Promise<Reply>>()

  return {
    enter(key, terms, work) {
      const claim = claimKey(key, terms)
      return typeof claim === 'string'
        ? proceed(claim, key, terms, work)
        : claim.then((answer) => proceed(answer, key, terms, work))
    },
  }

  // No promise where the guard needs none.
  function claimKey(key: string, terms: ReplayTerms): ReplayClaim | Promise<ReplayClaim> {
    try {
      const claim = guard.claim(key, terms)
      return typeof claim === 'string' ? claim : claim.catch(fail)
    } catch (cause) {
      return fail(cause)
    }
  }

  function proceed(claim: ReplayClaim, key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply> {
    if (claim === 'duplicate') return Promise.resolve(acknowledge('duplicate'))
    if (claim === 'pending') return follow(atWork.get(key))
    const running = run(key, terms, work)
    atWork.set(key, running)
    return running
  }

  async function run(key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply> {
    let isDone = false
    try {
      const reply = await work()
      isDone = reply.status < 400
      return reply
    } finally {
      try {
        await (isDone ? guard.commit(key, terms) : guard.release(key, terms))
      } catch (cause) {
        onError(new SallyportError('REPLAY_GUARD_FAILED', 'the replay guard could not record an outcome', { cause }))
      }
      atWork.delete(key)
    }
  }
}

function fail(cause: unknown): never {
  throw isOwnError(cause) ? cause : new SallyportError('REPLAY_GUARD_FAILED', 'the replay guard failed', { cause })
}

// Nothing failed here: the first delivery tells of its own failure, so this one is only turned away.
function comeBack(): Reply {
  return { ...problem('DELIVERY_IN_PROGRESS'), outcome: 'refused' }
}

async function follow(first: Promise<Reply> | undefined): Promise<Reply> {
  const reply = await first?.catch(() => undefined)
  return reply !== undefined && reply.status < 400 ? acknowledge('duplicate') : comeBack()
}
