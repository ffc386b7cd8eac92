import { createServer } from 'node:http'
import { join } from 'node:path'
import { readDeployment } from '@sallyport/fleet'
import type { LangsmithCommit } from '@sallyport/sandbox'
import { webhook } from 'sallyport/express'
import express from 'express'
import { Client } from 'langsmith'
import { folderOf } from '../agents/publish.ts'
import { createCommitReceiver, createPublishReceiver } from '../context-hub-deploy/receivers.ts'
import { listen } from '../servers/listen.ts'
import type { Story } from './story.ts'
import { describeAttempts, type World } from './world.ts'

const agent = 'meeting-preparer'
const author = 'ada@example.com'

/** The second road to the same agents: a signed event names a commit, which is pulled. */
export async function deployCommits(story: Story, world: World): Promise<void> {
  story.chapter(
    'LangSmith names a commit',
    `A signed event says which agent was committed. The receiver pulls the commit, and the same review deploys it. LangSmith
    gives an event up after most 4xx, so a rolled secret is answered with 425: it tries again.`,
    41,
  )
  const { langsmith, fleet } = world.sandbox
  const directory = join(world.folder, 'hub')
  const client = new Client({ apiUrl: langsmith.url, apiKey: langsmith.apiKey })
  const secrets: string[] = []
  let newSecret: string | undefined
  const settings = { directory, print: () => {} }
  const commits = createCommitReceiver(client, { ...settings, secret: () => secrets }).onReject(() => {
    if (newSecret !== undefined) secrets.push(newSecret)
  })
  const publishes = createPublishReceiver({ ...settings, secret: world.fleetToken })
  const app = express().all('/webhooks/langsmith', webhook(commits)).all('/webhooks/fleet', webhook(publishes))
  const { port, close } = await listen(createServer(app), 0)
  const origin = `http://127.0.0.1:${port}`
  const { id, signingSecret } = langsmith.register({ url: `${origin}/webhooks/langsmith` })
  secrets.push(signingSecret)

  const commit = async (handle: string, options: LangsmithCommit = {}): Promise<string> => {
    const { deliveries } = await langsmith.commit(handle, options)
    return describeAttempts(await deliveries[0]!.finished)
  }
  try {
    await story.step('committed: reviewed and deployed', '200 handled', () => commit(agent, { author }))
    await story.step('its manifest names the commit', `${agent} by ${author}`, async () => {
      const made = (await readDeployment(join(directory, 'agent'), agent)).current?.manifest?.commit
      return `${made?.repo} by ${made?.author}`
    })
    await story.step('Fleet publishes the same files', '1 release', async () => {
      const headers = { Authorization: `Bearer ${world.fleetToken}` }
      const pushed = fleet.register({ name: 'Push', url: `${origin}/webhooks/fleet`, headers })
      await (
        await fleet.run(pushed.id, { folder: folderOf(agent) })
      ).finished
      fleet.delete(pushed.id)
      return `${(await readDeployment(join(directory, 'agent'), agent)).releases.length} release`
    })
    newSecret = langsmith.rollSecret(id).signingSecret
    await story.step('the secret is rolled, known late', '425 SIGNATURE_MISMATCH, then 200 handled', () =>
      commit('release-notes'),
    )
  } finally {
    langsmith.delete(id)
    await close()
  }
}
