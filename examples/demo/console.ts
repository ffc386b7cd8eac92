import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const root = join(import.meta.dirname, '..', '..')
const flags = ['--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning']

/** The running console of the demo. */
export interface DemoConsole {
  /** A link that works once. */
  readonly url: string
  stop(): Promise<void>
}

/** Runs `sallyport console` over the inbox of the last chapter and the agents of one server. */
export async function startConsole(folder: string, agents: string): Promise<DemoConsole> {
  const line = [
    'console',
    '--inbox',
    join(folder, 'events.db'),
    '--agents',
    join(folder, agents),
    '--port',
    '0',
    '--json',
  ]
  const child = spawn(process.execPath, [...flags, join(root, 'scripts', 'sallyport.ts'), ...line], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = once(child, 'exit')
  const first = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const said = await Promise.race([first, ended])
  const { url } = JSON.parse(String(said[0])) as { readonly url?: string }
  if (url === undefined) throw new Error('sallyport console did not start')
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
