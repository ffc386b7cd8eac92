import { useState } from 'preact/hooks'
import type { Problem } from '../src/api.ts'
import { CallError, get, isAbort, toApi, toProblem } from './call.ts'
import { setServerTime } from './clock.ts'
import { isLost, usePoll } from './poll.ts'
import type { Query } from './route.ts'

export interface Answer<T> {
  /** The latest answer; stays while it is asked for again, and after a problem. */
  readonly data?: T | undefined
  readonly problem?: Problem | undefined
  readonly isLoading: boolean
  readonly reload: () => void
}

interface State<T> {
  readonly key: string
  readonly data?: T | undefined
  readonly problem?: Problem | undefined
}

/**
 * Reads a route of the server.
 *
 * @param options.everyMs milliseconds until it is read again, while the page is visible; 0 reads it once
 * @param options.round another number reads it again at once
 * @param options.isOff whether nothing is read at all
 * @param options.keep whether the answer for other arguments stays until the new one is here
 */
export function useAnswer<T>(
  path: string,
  query: Query = {},
  options: {
    readonly everyMs?: number | ((latest: T | undefined) => number)
    readonly keep?: boolean
    readonly round?: number
    readonly isOff?: boolean
  } = {},
): Answer<T> {
  const key = toApi(path, query)
  const [state, setState] = useState<State<T>>({ key: '' })
  const [round, setRound] = useState(0)
  const { everyMs = 0 } = options
  const isCurrent = state.key === key
  const load = async (signal: AbortSignal): Promise<number> => {
    if (options.isOff === true) return 0
    let data = isCurrent ? state.data : undefined
    try {
      data = await get<T>(path, query, signal)
      isLost.value = false
      setServerTime(data)
      setState({ key, data })
    } catch (error) {
      if (isAbort(error)) return 0
      isLost.value = error instanceof CallError && error.status === 0
      setState((before) => ({ ...(before.key === key ? before : {}), key, problem: toProblem(error) }))
    }
    return typeof everyMs === 'number' ? everyMs : everyMs(data)
  }
  usePoll(load, `${round} ${options.round} ${options.isOff} ${key}`)
  return {
    data: isCurrent || options.keep === true ? state.data : undefined,
    problem: isCurrent ? state.problem : undefined,
    isLoading: !isCurrent,
    reload: () => setRound((before) => before + 1),
  }
}
