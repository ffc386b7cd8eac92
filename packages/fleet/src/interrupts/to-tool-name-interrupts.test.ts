import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRuntimeAsks } from '../review/bundle-parts/runtime-asks.ts'
import { bundleOf, toolsOf } from '../review/bundle-of.test.ts'
import { createSlicer } from '../zip/slicer.ts'
import { toToolNameInterrupts } from './to-tool-name-interrupts.ts'

const [a, b] = ['https://a.example/mcp', 'https://b.example']
const both: [string, string, string][] = [
  ['send', a, 'A'],
  ['send', b, 'B'],
  ['read', a, 'A'],
]
const keyA = `${a}::send::A`
const keyB = `${b}::send::B`

const rewrite = async (interrupts: Record<string, unknown>) => {
  const { bundle, rewrites } = await toToolNameInterrupts(await bundleOf({ 'tools.json': toolsOf(both, interrupts) }))
  return { config: bundle.tools.raw['interrupt_config'], rewrites, bundle }
}
const only = (...decisions: string[]) => ({ allowed_decisions: decisions })

describe('toToolNameInterrupts', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    ['an exported key', { [keyA]: true }, { send: true }],
    ['an exported key that is off', { [keyA]: false }, { send: false }],
    ['decisions', { [keyA]: only('approve') }, { send: only('approve') }],
    ['two servers that agree', { [keyA]: true, [keyB]: true }, { send: true }],
    ['two servers, one asks', { [keyA]: false, [keyB]: true }, { send: true }],
    ['a name that is off, a server that asks', { send: false, [keyB]: true }, { send: true }],
    ['a value and decisions', { [keyA]: true, [keyB]: only('approve', 'reject') }, { send: only('approve', 'reject') }],
    [
      'decisions in common',
      { [keyA]: only('approve', 'edit'), [keyB]: only('edit', 'reject') },
      { send: only('edit') },
    ],
    ['no decision in common', { [keyA]: only('approve'), [keyB]: only('edit') }, { send: only('reject') }],
    ['decisions that mean off', { [keyA]: only(), [keyB]: false }, { send: only() }],
    ['null', { [keyA]: null, read: null }, {}],
    ['null and a value', { [keyA]: null, [keyB]: true }, { send: true }],
    ['a tool that is not listed', { [`${a}::gone::A`]: true }, { gone: true }],
    ['a name __proto__', { [`${a}::__proto__::A`]: true }, JSON.parse('{"__proto__":true}')],
  ])('rewrites %s', async (_, interrupts, expected) => {
    const { config, bundle } = await rewrite(interrupts)
    expect(config).toEqual(expected)
    expect((await toToolNameInterrupts(bundle)).rewrites).toEqual([])
  })

  it('says what it combined', async () => {
    expect((await rewrite({ [keyA]: false, [keyB]: true, read: true })).rewrites).toEqual([
      { path: 'tools.json', tool: 'send', keys: [keyA, keyB], asks: true, disagreed: true },
    ])
  })

  it('returns the same bundle if there is nothing to change', async () => {
    const bundle = await bundleOf({ 'tools.json': toolsOf(both, { send: true, odd: only('approve') }) })
    expect(await toToolNameInterrupts(bundle)).toEqual({ bundle, rewrites: [] })
    expect((await toToolNameInterrupts(bundle)).bundle).toBe(bundle)
  })

  it('changes no other character of a file, in subagents too', async () => {
    const text = (config: string) =>
      `\ufeff{ "x":1.0, "tools": [{"name":"send"}],\n  "interrupt_config" : ${config} , "y":"interrupt_config" }\n`
    const { bundle } = await toToolNameInterrupts(
      await bundleOf({
        'subagents/s/AGENTS.md': 'Mail.',
        'subagents/s/tools.json': text(`{"${keyA}":true}`),
        'subagents/t/tools.json': text(`{\n"${keyA}":true}`),
      }),
    )
    const written = (path: string) => Buffer.from(bundle.files.find((file) => file.path === path)!.bytes).toString()
    expect(written('subagents/s/tools.json')).toBe(text('{"send": true}'))
    expect(written('subagents/t/tools.json')).toBe(text('{\n    "send": true\n  }'))
    expect(bundle.warnings.map(({ code }) => code)).not.toContain('INTERRUPT_WITHOUT_EFFECT')
  })

  it('makes every tool ask for which an entry asks', async () => {
    const value = fc.constantFrom<unknown>(true, false, null, only('approve'), only('edit', 'reject'), only())
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(keyA, keyB, 'send', 'read', `${a}::read::A`), value),
        async (interrupts) => {
          const before = await bundleOf({ 'tools.json': toolsOf(both, interrupts) })
          const { bundle } = await toToolNameInterrupts(before)
          for (const tool of ['send', 'read']) {
            const asked = before.tools.interrupts.some((one) => one.tool === tool && one.enabled)
            const runtimeAsks = await createRuntimeAsks(bundle.tools, createSlicer())
            expect(runtimeAsks(tool).effective === 'yes').toBe(asked)
          }
        },
      ),
    )
  })

  it('refuses a value that is too deep to be written', async () => {
    const deep = `{"tools":[{"name":"send"}],"interrupt_config":{"${keyA}":{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}`
    const rewriting = toToolNameInterrupts(await bundleOf({ 'tools.json': deep }))
    await expect(rewriting).rejects.toMatchObject({ code: 'TOOLS_INVALID', path: 'tools.json' })
  })
})
