import { fork } from 'node:child_process'
import { once } from 'node:events'
import { openLoad, type LoadClient } from './load.ts'

/** A server in its own process, and a client connected to it. */
export interface LoadedServer {
  readonly client: LoadClient
  /** Resolves when the process has ended. */
  close(): Promise<void>
}

/**
 * Starts a program of this folder that sends its port to its parent and ends when the parent is gone.
 *
 * @param expected text every answer must contain
 */
export async function startServer(
  program: string,
  parameters: readonly string[],
  { connections, expected }: { readonly connections: number; readonly expected: string },
): Promise<LoadedServer> {
  const server = fork(new URL(program, import.meta.url), parameters, {
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const ended = once(server, 'exit')
  const tooEarly = ended.then(([code]) => {
    throw new Error(`the server ${program} ${parameters[0]} ended with ${code}`)
  })
  const [port] = (await Promise.race([once(server, 'message'), tooEarly])) as [number]
  tooEarly.catch(() => {})
  const client = await openLoad(port, connections, expected)
  return {
    client,
    async close() {
      client.close()
      if (server.connected) server.disconnect()
      await ended
    },
  }
}
