import type { EventState } from 'sallyport/inbox'
import { describe, expect, it } from 'vitest'
import { countOutcome } from './count.ts'

const none = {
  lost: 0,
  stuck: 0,
  handled: 0,
  handledAgain: 0,
  rejected: 0,
  deadOtherwise: 0,
  forgedHandled: 0,
}

function count(one: { times?: number; state?: EventState; isRejected?: boolean; id?: string }) {
  const { times = 0, state, isRejected = false, id = 'one' } = one
  const acknowledged = new Map(id === 'one' ? [[id, { isRejected }]] : [])
  return countOutcome(acknowledged, new Map(times ? [[id, times]] : []), new Map(state ? [[id, state]] : []))
}

describe('countOutcome', () => {
  it.each([
    ['done and handled', { state: 'done', times: 1 }, { handled: 1 }],
    ['handled again', { state: 'done', times: 2 }, { handled: 1, handledAgain: 1 }],
    ['missing', {}, { lost: 1 }],
    ['missing, though handled', { times: 1 }, { lost: 1, handled: 1 }],
    ['done without having been handled', { state: 'done' }, { lost: 1 }],
    ['pending', { state: 'pending' }, { stuck: 1 }],
    ['active, handled meanwhile', { state: 'active', times: 1 }, { stuck: 1, handled: 1 }],
    ['rejected', { state: 'dead', isRejected: true }, { rejected: 1 }],
    ['dead otherwise', { state: 'dead' }, { deadOtherwise: 1 }],
    ['forged and handled', { id: 'forged-1', times: 1, state: 'done' }, { forgedHandled: 1 }],
    ['forged and stored', { id: 'forged-1', state: 'pending' }, { forgedHandled: 1 }],
  ] as const)('counts an event that is %s', (_name, one, expected) => {
    expect(count(one)).toEqual({ ...none, ...expected })
  })
})
