import { createReceivers, type Receivers } from './receivers.ts'
import { servers, serverNames, type Serve } from './servers/index.ts'
import type { RunningServer } from './servers/listen.ts'

const [name = ''] = process.argv.slice(2)
const port = Number(process.env['PORT'] || 3000)

if (!Object.hasOwn(servers, name)) {
  stop(2, `usage: npm run example -- ${serverNames.join('|')}`)
} else if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  stop(2, `PORT must be a port number, not "${process.env['PORT']}"`)
} else {
  try {
    await run(servers[name as keyof typeof servers])
  } catch (error) {
    stop(1, error instanceof Error ? error.message : String(error))
  }
}

async function run(serve: Serve): Promise<void> {
  const receivers = createReceivers(process.env)
  const server = await serve(receivers, port)
  // On stderr: stdout carries events and nothing else.
  console.error(`listening on http://127.0.0.1:${server.port} (${name}): /webhooks/sonzai, /webhooks/invoratec`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void shutDown(server, receivers))
}

/** Answers what has arrived, lets handlers end; then nothing keeps the process alive. */
async function shutDown(server: RunningServer, { sonzai, invoratec }: Receivers): Promise<void> {
  await server.close()
  await Promise.all([sonzai.settled(), invoratec.settled()])
}

function stop(exitCode: number, message: string): void {
  console.error(message)
  process.exitCode = exitCode
}
