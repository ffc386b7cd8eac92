import { fork } from 'node:child_process'
import { once } from 'node:events'
import { openLoad, type LoadClient } from './load.ts'
import type { Usage } from './usage.ts'

/** A server in its own process, and a client connected to it. */
export interface LoadedServer {
  readonly client: LoadClient
  /** Asks a program that calls `answerUsage`. */
  readUsage(): Promise<Usage>
  /** Resolves when the process has ended. */
  close(): Promise<void>
}

interface ServerOptions {
  readonly connections: number
  readonly expected: string
  readonly flags?: readonly string[]
}

/**
 * Starts a program of this folder that sends its port to its parent and ends when the parent is gone.
 *
 * @param options.expected the body of every answer
 * @param options.flags for the server's Node, besides those of this process
 */
export async function startServer(
  program: string,
  parameters: readonly string[],
  { connections, expected, flags = [] }: ServerOptions,
): Promise<LoadedServer> {
  const server = fork(new URL(program, import.meta.url), parameters, {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: [...process.execArgv, ...flags],
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
    async readUsage() {
      server.send('usage')
      const [usage] = (await Promise.race([once(server, 'message'), tooEarly])) as [Usage]
      return usage
    },
    async close() {
      client.close()
      if (server.connected) server.disconnect()
      await ended
    },
  }
}
