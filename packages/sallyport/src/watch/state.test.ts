import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyState, step, type Condition, type Finding, type StepOptions, type WatchState } from './state.ts'

const clearAfterMs = 60_000

function toFinding(stands: Readonly<Record<string, Condition['stand']>> | undefined, scope = 'a'): Finding {
  const conditions =
    stands &&
    Object.entries(stands).map(([subject, stand]): Condition => {
      return { rule: 'oldest-waiting', subject, value: 1, limit: 0, text: subject, stand }
    })
  return { scope, conditions }
}

let made = 0
const toOptions = (now: number, scopes: readonly string[] = []): StepOptions => ({
  now,
  clearAfterMs,
  watch: 'watch',
  channels: ['hook 1'],
  holder: 'me',
  holdMs: 1_000,
  makeId: () => `id-${made++}`,
  scopes: new Set(scopes),
})

/** Runs steps ten seconds apart; returns what was told after each. */
function run(stands: readonly (Condition['stand'] | 'failed')[]): string[] {
  let state: Pick<WatchState, 'alerts' | 'notices'> = emptyState(0)
  return stands.map((stand, index) => {
    const told = state.notices.length
    const finding = toFinding(stand === 'failed' ? undefined : { x: stand })
    state = step(state, [finding], toOptions(index * 10_000))
    return (
      state.notices
        .slice(told)
        .map(({ type }) => type.split('.').at(-1))
        .join() || '-'
    )
  })
}

describe('step', () => {
  it('raises once, and clears once it was over for a minute', () => {
    const under = Array.from({ length: 8 }, () => 'under' as const)
    expect(run(['under', 'over', 'over', ...under])).toEqual([
      '-',
      'raised',
      '-',
      '-',
      '-',
      '-',
      '-',
      '-',
      '-',
      'cleared',
      '-',
    ])
  })

  it('does not clear what goes up and down', () => {
    const turns = Array.from({ length: 30 }, (_, n) => (n % 5 === 0 ? ('over' as const) : ('under' as const)))
    expect(run(turns).filter((told) => told !== '-')).toEqual(['raised'])
  })

  it('begins the minute again where it was between the limits', () => {
    const told = run([
      'over',
      'under',
      'under',
      'under',
      'between',
      'under',
      'under',
      'under',
      'under',
      'under',
      'under',
    ])
    expect(told.filter((one) => one !== '-')).toEqual(['raised'])
  })

  it('neither raises nor clears while a reading fails', () => {
    const failed = Array.from({ length: 20 }, () => 'failed' as const)
    expect(run([...failed, 'over', ...failed]).filter((told) => told !== '-')).toEqual(['raised'])
  })

  it('clears what nobody reads any more, and keeps what another process reads', () => {
    const raised = step(emptyState(0), [toFinding({ x: 'over' })], toOptions(0))
    const kept = step(raised, [], toOptions(10_000, ['a']))
    expect(kept.alerts).toHaveLength(1)
    const gone = step(kept, [], toOptions(20_000))
    expect(gone.alerts).toEqual([])
    expect(gone.notices.map(({ type }) => type)).toEqual(['sallyport.alert.raised', 'sallyport.alert.cleared'])
    expect(gone.notices[1]!.alert.id).toBe(gone.notices[0]!.alert.id)
  })

  it('clears a subject that is gone from its reading', () => {
    const raised = step(emptyState(0), [toFinding({ x: 'over', y: 'over' })], toOptions(0))
    const first = step(raised, [toFinding({ y: 'over' })], toOptions(10_000))
    const then = step(first, [toFinding({ y: 'over' })], toOptions(80_000))
    expect(then.alerts.map(({ subject }) => subject)).toEqual(['y'])
  })

  it('keeps a bounded number of notices that cannot be sent', () => {
    let state: Pick<WatchState, 'alerts' | 'notices'> = emptyState(0)
    for (let turn = 0; turn < 1_000; turn++)
      state = step(state, [toFinding({ x: turn % 2 === 0 ? 'over' : 'under' })], {
        ...toOptions(turn * 10_000),
        clearAfterMs: 0,
      })
    expect(state.notices.length).toBeLessThanOrEqual(201)
    const types = state.notices.map(({ type }) => type)
    expect(types.every((type, index) => index === 0 || type !== types[index - 1])).toBe(true)
  })

  it('holds to its promises over any history', () => {
    const stand = fc.constantFrom('over' as const, 'between' as const, 'under' as const, undefined)
    const turn = fc.record({ x: stand, y: stand, passed: fc.integer({ min: 0, max: 90_000 }), fails: fc.boolean() })
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        let state: WatchState = emptyState(0)
        let now = 0
        const model: Record<string, { isRaised: boolean; underSince: number | undefined }> = {}
        for (const { x, y, passed, fails } of turns) {
          now += passed
          const stands = Object.fromEntries(Object.entries({ x, y }).filter(([, each]) => each !== undefined))
          const told = state.notices.length
          const finding = toFinding(fails ? undefined : (stands as Record<string, Condition['stand']>))
          // As the store has it between two processes.
          state = JSON.parse(JSON.stringify({ ...state, ...step(state, [finding], toOptions(now)) })) as WatchState
          const expected: string[] = []
          for (const subject of fails ? [] : ['x', 'y']) {
            const each = (model[subject] ??= { isRaised: false, underSince: undefined })
            const is = stands[subject] ?? 'under'
            if (!each.isRaised && is === 'over') expected.push(`${subject} raised`)
            each.isRaised ||= is === 'over'
            each.underSince = is === 'under' && each.isRaised ? (each.underSince ?? now) : undefined
            if (each.isRaised && each.underSince !== undefined && now - each.underSince >= clearAfterMs) {
              model[subject] = { isRaised: false, underSince: undefined }
              expected.push(`${subject} cleared`)
            }
          }
          const said = state.notices.slice(told).map(({ alert, type }) => `${alert.subject} ${type.split('.').at(-1)}`)
          expect(said.toSorted()).toEqual(expected.toSorted())
        }
        for (const subject of ['x', 'y']) {
          const types = state.notices.filter(({ alert }) => alert.subject === subject).map(({ type }) => type)
          types.forEach((type, index) => expect(type.endsWith(index % 2 === 0 ? 'raised' : 'cleared')).toBe(true))
        }
      }),
    )
  })
})
