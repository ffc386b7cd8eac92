import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { EngineChoice } from './open-engine.ts'

const program = fileURLToPath(new URL('hanging-worker.ts', import.meta.url))

/**
 * Starts a worker in its own process, and kills it while it handles this many events.
 *
 * @returns key and attempt of each, sorted
 */
export async function killWorker(worker: EngineChoice, count = 1): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=@sallyport/source', program, JSON.stringify(worker)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.split('\n').length > count) child.kill('SIGKILL')
  }
  await ended
  return text.trim().split('\n').toSorted()
}
