import { describe, expect, it, vi } from 'vitest'
import { openEmbeddedInbox } from './open-embedded-inbox.ts'

const attach = vi.fn<(provider: string) => void>()

vi.mock('../inbox/inbox.ts', () => ({
  createInbox: () => ({ attach, ready: async () => {}, store: async () => 'stored' }),
}))

describe('openEmbeddedInbox', () => {
  it('is ready when every receiver is attached', async () => {
    const inbox = openEmbeddedInbox('whole.db')
    inbox.attach('sonzai', async () => {})
    inbox.attach('stripe', async () => {})
    await inbox.ready()
    expect(attach.mock.calls.map(([provider]) => provider)).toEqual(['sonzai', 'stripe'])
  })

  it('rejects ready() and store() when a receiver cannot be attached', async () => {
    attach.mockImplementationOnce(() => {
      throw new Error('not attached')
    })
    const inbox = openEmbeddedInbox('broken.db')
    inbox.attach('sonzai', async () => {})
    await expect(inbox.ready()).rejects.toThrow('not attached')
    await expect(inbox.store({} as never)).rejects.toThrow('not attached')
  })
})
