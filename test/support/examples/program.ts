import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const root = join(import.meta.dirname, '..', '..', '..')

/** How a program ended. */
export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A running program of this workspace. */
export interface Program {
  /** Resolves with the first match in its stdout and stderr; rejects if it ends without one. */
  sees(pattern: RegExp): Promise<RegExpExecArray>
  end(signal?: NodeJS.Signals): Promise<Ending>
}

/** Starts a TypeScript source of this workspace like `npm run`, without inherited variables that change its output. */
export function startProgram(
  file: string,
  parameters: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Program {
  const {
    FORCE_COLOR: _force,
    NO_COLOR: _no,
    PORT: _port,
    SONZAI_WEBHOOK_SECRET: _sonzai,
    INVORATEC_WEBHOOK_SECRET: _invoratec,
    FLEET_WEBHOOK_TOKEN: _token,
    FLEET_DEPLOY_DIR: _directory,
    FLEET_OAUTH: _oauth,
    INBOX_FILE: _file,
    INBOX_WORK: _work,
    ...inherited
  } = process.env
  const flags = ['--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, file, ...parameters], {
    cwd: root,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  // One listener for both: listeners on the silent stream would pile up.
  const news = new EventEmitter()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      written += chunk.toString()
      news.emit('data')
    })
  }
  const code = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve))
  const ending = Promise.all([code, text(child.stdout), text(child.stderr)]).then(
    ([exitCode, stdout, stderr]): Ending => ({ code: exitCode, stdout, stderr }),
  )

  return {
    async sees(pattern) {
      for (;;) {
        const match = pattern.exec(written)
        if (match) return match
        const hasMore = await Promise.race([once(news, 'data').then(() => true), ending.then(() => false)])
        if (!hasMore) throw new Error(`the program ended without ${pattern}:\n${written}`)
      }
    },
    end(signal) {
      if (signal) child.kill(signal)
      return ending
    },
  }
}
