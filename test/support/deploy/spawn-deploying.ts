import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { makeFolder } from './folders.ts'
import type { Command } from './deploying-process.ts'

const script = fileURLToPath(new URL('deploying-process.ts', import.meta.url))

// With a compile cache processes start in a third of the time, once one has ended normally.
const cache = await makeFolder()
await run({ does: 'nothing' })

/** Starts a process that carries out one command. */
export function start(command: Command, wrapper: readonly string[] = []): ChildProcess {
  const node = [process.execPath, '--conditions=@sallyport/source', script, JSON.stringify(command)]
  const [program = '', ...rest] = [...wrapper, ...node]
  return spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
}

/** Resolves when the process writes its next line; rejects when it ends without one. */
export async function nextLine(child: ChildProcess): Promise<void> {
  const over = new AbortController()
  const ended = once(child.stdout!, 'end', over).then(() => {
    throw new Error('the process ended without another line')
  })
  try {
    await Promise.race([once(child.stdout!, 'data', over), ended])
  } finally {
    over.abort()
    ended.catch(() => {})
  }
}

/** Runs a command to its end, or until it kills itself. */
export async function run(
  command: Command,
  wrapper?: readonly string[],
): Promise<{ code: number | null; signal: string | null; output: string; errors: string }> {
  const child = start(command, wrapper)
  const [output, errors] = [collect(child.stdout!), collect(child.stderr!)]
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { code, signal, output: output(), errors: errors() }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return () => text
}
