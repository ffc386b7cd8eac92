import { createSandbox } from '@sallyport/sandbox'
import { Client } from 'langsmith'

export async function tryOut(agents: string, url: string): Promise<void> {
  const sandbox = await createSandbox({ agents })
  // #region commit
  const { signingSecret } = sandbox.langsmith.register({ url, headers: { 'X-Team': 'agents' } })
  const { hash } = await sandbox.langsmith.commit('meeting-preparer', { author: 'ada@example.com' })

  const client = new Client({ apiUrl: sandbox.langsmith.url, apiKey: sandbox.langsmith.apiKey })
  const { files } = await client.pullAgent('meeting-preparer', { version: hash })
  // #endregion commit
  await sandbox.settled()
  console.log(signingSecret.length, Object.keys(files).length, sandbox.langsmith.attempts().length)
  await sandbox.stop()
}
