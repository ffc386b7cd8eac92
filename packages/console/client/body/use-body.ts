import { useEffect, useState } from 'preact/hooks'
import type { Problem } from '../../src/api.ts'
import { getResponse, toProblem } from '../call.ts'

export interface Body {
  readonly bytes: Uint8Array
  /** Whether there is more of it. */
  readonly isCut: boolean
}

export interface BodyAnswer {
  readonly data?: Body | undefined
  readonly problem?: Problem | undefined
  readonly isLoading: boolean
  readonly reload: () => void
}

/** Reads the body of an event once it is wanted. @param isRaw the bytes as they arrived, still compressed */
export function useBody(key: string | undefined, isWanted: boolean, isRaw = false): BodyAnswer {
  const [state, setState] = useState<{ readonly of: string; readonly data?: Body; readonly problem?: Problem }>({
    of: '',
  })
  const [round, setRound] = useState(0)
  const of = `${isRaw} ${key}`
  useEffect(() => {
    if (!isWanted || key === undefined) return
    const abort = new AbortController()
    readBody(key, isRaw, abort.signal).then(
      (data) => setState({ of, data }),
      (error: unknown) => abort.signal.aborted || setState({ of, problem: toProblem(error) }),
    )
    return () => abort.abort()
  }, [of, isWanted, round])
  const isCurrent = state.of === of
  return {
    data: isCurrent ? state.data : undefined,
    problem: isCurrent ? state.problem : undefined,
    isLoading: !isCurrent,
    reload: () => setRound((before) => before + 1),
  }
}

async function readBody(key: string, isRaw: boolean, signal: AbortSignal): Promise<Body> {
  const response = await getResponse('event/body', { key, raw: isRaw ? '1' : undefined }, signal)
  const bytes = new Uint8Array(await response.arrayBuffer())
  return { bytes, isCut: response.headers.get('x-body-cut') === '1' }
}
