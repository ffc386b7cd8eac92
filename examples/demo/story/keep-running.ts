import { once } from 'node:events'
import type { World } from './world.ts'

/** Tells where everything is, and waits until somebody ends it (Ctrl-C). */
export async function keepRunning({ sandbox, server }: World, print: (text: string) => void): Promise<void> {
  const pages = ['sonzai', 'invoratec', 'fleet'].map(
    (platform) => `  ${platform.padEnd(9)}  ${sandbox.url}/${platform}`,
  )
  print(
    [
      '\nStill running, until Ctrl-C. Pages of the platforms, to subscribe, trigger events and see delivery attempts:',
      ...pages,
      'Their APIs, with the keys of this sandbox:',
      `  sonzai     ${sandbox.sonzai.url}/api/v1  (${sandbox.sonzai.apiKey})`,
      `  invoratec  ${sandbox.invoratec.url}/v1  (${sandbox.invoratec.apiKey})`,
      `  fleet      ${sandbox.fleet.url}/v1  (${sandbox.fleet.apiKey})`,
      'The server that receives:',
      `  ${server.url}/webhooks/sonzai, /webhooks/invoratec, /webhooks/fleet; agents go to ${server.agents}`,
    ].join('\n'),
  )
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}
