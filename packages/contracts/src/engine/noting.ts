import type { Engine } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { newEvent, useStores } from './test-store.ts'

/** Notes, which an engine may keep, and what it tells of its space. */
export function checkNoting(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('keeps notes beside the events', async () => {
    const { engine, open } = await useStore()
    if (!keepsNotes(engine)) return
    expect(await engine.readNote('state')).toBeUndefined()
    expect(await engine.writeNote('state', 'ünï "\\ \n{}', undefined)).toBe(true)
    expect(await engine.readNote('state')).toBe('ünï "\\ \n{}')
    expect(await engine.readNote('other')).toBeUndefined()
    expect(await engine.writeNote('other', '', undefined)).toBe(true)
    await engine.insert([newEvent(1)])
    await engine.stop({ drainMs: 0 })
    const next = await open()
    expect(await next.readNote!('state')).toBe('ünï "\\ \n{}')
    expect(await next.readNote!('other')).toBe('')
    expect(await next.writeNote!('other', 'more', '')).toBe(true)
    expect(await next.discard({})).toBe(1)
    expect(await next.readNote!('other')).toBe('more')
  })

  it('writes a note only where it is as it was', async () => {
    const { engine, open } = await useStore()
    if (!keepsNotes(engine)) return
    expect(await engine.writeNote('state', 'one', 'zero')).toBe(false)
    expect(await engine.readNote('state')).toBeUndefined()
    expect(await engine.writeNote('state', 'one', undefined)).toBe(true)
    expect(await engine.writeNote('state', 'two', undefined)).toBe(false)
    expect(await engine.writeNote('state', 'two', 'zero')).toBe(false)
    expect(await engine.writeNote('state', 'two', '')).toBe(false)
    expect(await engine.readNote('state')).toBe('one')
    const others = [engine, (await open()) as typeof engine, (await open()) as typeof engine]
    const written = await Promise.all(others.map((each, index) => each.writeNote('state', `by ${index}`, 'one')))
    expect(written.filter(Boolean)).toHaveLength(1)
    expect(await engine.readNote('state')).toBe(`by ${written.indexOf(true)}`)
    const added = await Promise.all(others.map((each, index) => each.writeNote('new', `by ${index}`, undefined)))
    expect(added.filter(Boolean)).toHaveLength(1)
  })

  it('keeps a long note', async () => {
    const { engine } = await useStore()
    if (!keepsNotes(engine)) return
    const long = 'ä'.repeat(300_000)
    expect(await engine.writeNote('long', long, undefined)).toBe(true)
    expect(await engine.writeNote('long', `${long}b`, long)).toBe(true)
    expect(await engine.readNote('long')).toBe(`${long}b`)
  })

  it('tells what it can still take, where it knows', async () => {
    const { engine } = await useStore()
    if (engine.spaces === undefined) return
    // A store that does not tell says so.
    const spaces = await engine.spaces().catch((error: { readonly code: string }) => error.code)
    if (typeof spaces === 'string') return expect(spaces).toBe('INBOX_UNSUPPORTED')
    expect(spaces.length).toBeGreaterThan(0)
    for (const { freeBytes, totalBytes } of spaces) {
      expect(freeBytes).toBeGreaterThanOrEqual(0)
      expect(totalBytes).toBeGreaterThanOrEqual(freeBytes)
    }
  })
}

function keepsNotes(engine: Engine): engine is Engine & Required<Pick<Engine, 'readNote' | 'writeNote'>> {
  return engine.readNote !== undefined && engine.writeNote !== undefined
}
