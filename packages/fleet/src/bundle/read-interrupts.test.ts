import { describe, expect, it } from 'vitest'
import { bundleOf, toolsOf } from '../review/bundle-of.test.ts'

const read = async (interrupts: Record<string, unknown>) =>
  bundleOf({ 'tools.json': toolsOf([['send', 'https://a.example', 'A']], interrupts) })

describe('readInterrupts', () => {
  it('takes a key as a name unless it has server, tool and name', async () => {
    const keys = ['send', 'a::b', '::send::A', 'https://a.example::::A', '', 'https://a.example::send::A']
    const { tools } = await read(Object.fromEntries(keys.map((key) => [key, true])))
    expect(tools.interrupts.map(({ tool }) => tool)).toEqual([...keys.slice(0, -1), 'send'])
  })

  it('takes the name of a listed tool as a name, whatever it looks like', async () => {
    const odd = 'https://a.example::send::A'
    const files = { 'tools.json': toolsOf([[odd, 'https://a.example', 'A'], ['send']], { [odd]: true }) }
    expect((await bundleOf(files)).tools.interrupts).toMatchObject([{ tool: odd, serverUrl: '', effective: 'yes' }])
  })

  it('keeps decisions and the value', async () => {
    const value = { allowed_decisions: ['approve', 'reject'], description: 'Read it.', more: [1] }
    expect((await read({ send: value })).tools.interrupts).toMatchObject([
      { enabled: true, decisions: ['approve', 'reject'], value, effective: 'yes' },
    ])
  })

  it.each(['true', 1, []])('rejects the value %j', async (value) => {
    await expect(read({ send: value })).rejects.toMatchObject({ code: 'TOOLS_INVALID', path: 'tools.json' })
  })

  it('warns once per file and kind', async () => {
    const { warnings } = await read({
      'https://a.example::send::A': true,
      'https://b.example::x::B': true,
      y: null,
      z: true,
    })
    expect(warnings).toMatchObject(
      [
        {
          code: 'INTERRUPT_WITHOUT_EFFECT',
          path: 'tools.json',
          message: /^2 interrupts switched on but without effect: /,
        },
        { code: 'INTERRUPT_UNCERTAIN', path: 'tools.json' },
      ].map(({ message, ...rest }) => ({ ...rest, ...(message && { message: expect.stringMatching(message) }) })),
    )
    expect((await read({ send: true, 'https://a.example::send::A': false })).warnings).toEqual([])
  })
})
