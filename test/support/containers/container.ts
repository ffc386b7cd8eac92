import { spawn, spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../free-port.ts'
import type { Image } from './image.ts'

/** A program of an image that runs. */
export interface Container {
  readonly url: string
  /** Exit code of its health check. */
  check(): number | null
  /** Resolves when the health check passes; rejects with what it printed when it ended, or within half a minute. */
  healthy(): Promise<void>
  /** What it has printed. */
  readonly output: () => string
  /** Sends a signal; resolves to its exit code once it has ended and all it printed was read. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts a program as a container would: its user, its environment and nothing else of this machine's, no shell.
 *
 * @param command instead of the image's
 */
export async function startContainer(
  image: Image,
  environment: Readonly<Record<string, string>> = {},
  command: readonly string[] = image.command,
): Promise<Container> {
  const port = String(await findFreePort())
  const options = {
    cwd: image.workFolder,
    env: { PATH: dirname(process.execPath), ...image.env, ...environment, PORT: port },
    ...image.user,
  }
  const [program, ...args] = command
  const child = spawn(toProgram(program!), args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = Promise.all([
    new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve)),
    text(child.stdout),
    text(child.stderr),
  ]).then(([code]) => code)
  ended.catch(() => {})

  function check(): number | null {
    const [checker, ...rest] = image.check
    return spawnSync(toProgram(checker!), rest, options).status
  }

  return {
    url: `http://127.0.0.1:${port}`,
    check,
    output: () => printed,
    async healthy() {
      for (let attempt = 0; attempt < 150; attempt++) {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${printed}`)
        if (check() === 0) return
        await sleep(100)
      }
      throw new Error(`its health check never passed:\n${printed}`)
    },
    end(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

// The base image's node is this one.
const toProgram = (name: string): string => (name === 'node' ? process.execPath : name)
