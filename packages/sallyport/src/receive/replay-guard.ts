import { isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import type { ReplayClaim, ReplayGuard, ReplayTerms } from './replay-terms.ts'
import { acknowledge, problem, type Reply } from './reply.ts'

/** Lets each key through once. */
export interface Gate {
  /**
   * Runs `work` unless the key was handled before. A duplicate that arrives while the first is being handled waits for it: a
   * 2xx too early would tell its sender that an event is handled which may still fail.
   *
   * @throws SallyportError `REPLAY_GUARD_FAILED` or `REPLAY_GUARD_FULL`
   */
  enter(key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply>
}

/** @param onError gets the error when an outcome could not be recorded */
export function createReplayGate(guard: ReplayGuard, onError: (error: unknown) => void): Gate {
  const atWork = new Map<string, { readonly claimId: string; reply: Promise<Reply> | undefined }>()

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
      return typeof claim === 'string' ? claim : Promise.resolve(claim).catch(fail)
    } catch (cause) {
      return fail(cause)
    }
  }

  function proceed(claim: ReplayClaim, key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply> {
    if (claim === 'duplicate') return Promise.resolve(acknowledge('duplicate'))
    if (claim === 'pending') return follow(atWork.get(key)?.reply)
    // A guard that answers anything else knows nothing about the event: a replay could pass.
    if (claim !== 'claimed') return fail(new TypeError("claim must return 'claimed', 'duplicate' or 'pending'"))
    const reply = run(key, terms, work)
    atWork.set(key, { claimId: terms.claimId, reply })
    return reply
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
      // The guard may have forgotten this claim meanwhile, and given the key to another delivery.
      const running = atWork.get(key)
      if (running?.claimId === terms.claimId) {
        // A map that is full moves to a new table. The old one keeps what it had until the next full garbage collection.
        running.reply = undefined
        atWork.delete(key)
      }
    }
  }
}

function fail(cause: unknown): never {
  throw isOwnError(cause) ? cause : new SallyportError('REPLAY_GUARD_FAILED', 'the replay guard failed', { cause })
}

// Nothing failed here: the first delivery reports its own failure, so this one is only refused.
function retryLater(): Reply {
  return { ...problem('DELIVERY_IN_PROGRESS'), outcome: 'refused' }
}

async function follow(first: Promise<Reply> | undefined): Promise<Reply> {
  const reply = await first?.catch(() => undefined)
  return reply !== undefined && reply.status < 400 ? acknowledge('duplicate') : retryLater()
}
