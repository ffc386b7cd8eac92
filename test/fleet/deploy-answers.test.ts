import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { signDelivery } from 'sallyport/testing'
import { deployBundle, fleet, rollback, writeBundle, type DeployOptions } from '@sallyport/fleet'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeBundle } from '../support/deploy/bundles.ts'
import { makeFolder } from '../support/deploy/folders.ts'

const secret = 'a-token-of-twenty-characters'

async function publish(root: string, agent: string, options?: DeployOptions) {
  const receiver = createReceiver(fleet(), { secret })
    .on('*', async ({ data }) => void (await deployBundle(data.bundle, root, options)))
    .onError(() => {})
  return receiver.receive(await toDelivery(receiver.provider, agent))
}

async function toDelivery(provider: Parameters<typeof signDelivery>[0], agent: string) {
  const files = { 'AGENTS.md': '# Agent', 'config.json': JSON.stringify({ name: agent }) }
  const content = Buffer.from(await writeBundle(makeBundle(files, agent))).toString('base64')
  return signDelivery(provider, {
    secret,
    type: 'Deploy',
    edit: (body) => ({
      ...body,
      agent: { name: agent },
      files: { type: 'zip', filename: 'a.zip', content_base64: content },
    }),
  })
}

const read = ({ status, body }: { status: number; body: string }) => ({ status, body: JSON.parse(body) as object })

describe('a handler that deploys', () => {
  it.each(['研究助手', 'C++ helper', 'NUL', '...', '🦊', 'x'.repeat(300)])(
    'takes an agent called %j',
    async (agent) => {
      expect(await publish(await makeFolder(), agent)).toMatchObject({ status: 200 })
    },
  )

  it.each([
    [' ', 'the agent has no name in config.json'],
    ['a\ud800', 'the name in config.json is not valid Unicode'],
    ['x'.repeat(1_001), 'the name in config.json is longer than 1,000 characters'],
  ])('answers 422 with the reason to %j', async (agent, reason) => {
    expect(read(await publish(await makeFolder(), agent))).toMatchObject({
      status: 422,
      body: {
        code: 'DELIVERY_REJECTED',
        detail: expect.stringContaining(`NAME_INVALID: The name makes no folder name: ${reason}`),
      },
    })
  })

  it('answers 422 to a name that is no folder name', async () => {
    expect(read(await publish(await makeFolder(), 'a', { name: 'a b' }))).toMatchObject({
      status: 422,
      body: { detail: expect.stringMatching(/^NAME_INVALID: The name makes no folder name: a b: use 1 to 64 letters/) },
    })
  })

  it('answers 422 to another agent, without the root', async () => {
    const root = await makeFolder()
    expect(await publish(root, 'Ann', { name: 'shared' })).toMatchObject({ status: 200 })
    const { status, body } = await publish(root, 'Bob', { name: 'shared' })
    expect(status).toBe(422)
    expect(JSON.parse(body)).toMatchObject({
      detail: 'DEPLOYMENT_TAKEN: The deployment belongs to another agent: shared: it is of "Ann", not of "Bob"',
    })
    expect(body).not.toContain(root)
  })

  it('keeps what is wrong with the disk to itself', async () => {
    const root = join(await makeFolder(), 'file')
    await writeFile(root, '')
    const { status, body } = await publish(root, 'Ann')
    expect(status).toBe(500)
    expect(body).not.toContain(root)
  })

  it('keeps the names of deployments to itself', async () => {
    const root = await makeFolder()
    for (const agent of ['Ann', 'Bob']) await publish(root, agent)
    const receiver = createReceiver(fleet(), { secret })
      .on('*', async () => void (await rollback(root)))
      .onError(() => {})
    const { status, body } = await receiver.receive(await toDelivery(receiver.provider, 'Ann'))
    expect(status).toBe(500)
    expect(body).not.toContain('bob')
  })

  it('moves such an event of an inbox to the dead letters', async () => {
    const folder = await makeFolder()
    const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, 'events.db') }) })
    onTestFinished(async () => inbox.stop())
    const dead = Promise.withResolvers<unknown>()
    const receiver = createReceiver(fleet(), { secret, inbox }).on('*', async ({ data }) => {
      await deployBundle(data.bundle, join(folder, 'agents')).catch((error: unknown) => {
        dead.resolve(error)
        throw error
      })
    })
    expect(await receiver.receive(await toDelivery(receiver.provider, ' '))).toMatchObject({ status: 202 })
    expect(await dead.promise).toMatchObject({ code: 'NAME_INVALID', isPermanent: true })
  })
})
