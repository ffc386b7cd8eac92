import { spawn, spawnSync } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'

/** A window in which a newcomer types. */
export interface Terminal {
  /** Types commands, and waits until they have ended; resolves with what they printed. */
  run(commands: string): Promise<string>
  /** Types commands that go on. */
  start(commands: string): void
  /** Resolves with everything printed, once it has the text; rejects if the window closes before. */
  sees(text: string): Promise<string>
  /** Presses Ctrl-C, and closes the window. */
  close(): Promise<void>
}

// For the error, which shows the window.
const longestMs = 120_000

/** Whether `script` of util-linux, which gives a shell a pseudo-terminal, is here. */
export const hasScreen = spawnSync('script --version', { encoding: 'utf8', shell: true }).stdout.includes('util-linux')

/**
 * Opens a window with a shell, in a folder. Where there is no `script`, it is a pipe.
 *
 * @param clean makes what is printed comparable
 */
export function openTerminal(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  clean: (text: string) => string,
): Terminal {
  // No prompt and no line editor: lines are read one by one, and only the marks below say that one has ended.
  const shell = 'bash --noprofile --norc'
  const [program, ...args] = hasScreen ? ['script', '-q', '-c', `stty -echo; ${shell}`, '/dev/null'] : shell.split(' ')
  const options = { cwd, env: { ...env, PS1: '', PS2: '', TERM: 'dumb' }, detached: true }
  const child = spawn(program!, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
  const news = new EventEmitter()
  let printed = ''
  let ended = 0
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      news.emit('data')
    })
  }
  child.stdin.on('error', () => {})
  const exited = once(child, 'exit')
  const read = (): string => clean(stripVTControlCharacters(printed).replaceAll('\r\n', '\n'))

  async function sees(text: string): Promise<string> {
    const signal = AbortSignal.timeout(longestMs)
    const more = async (): Promise<boolean> =>
      once(news, 'data', { signal }).then(
        () => true,
        () => false,
      )
    while (!read().includes(text))
      if (!(await Promise.race([more(), exited.then(() => false)])))
        throw new Error(`the window does not show "${text}":\n${read()}`)
    return read()
  }

  return {
    sees,
    start: (commands) => void child.stdin.write(commands),
    async run(commands) {
      const before = printed.length
      const mark = `ended ${++ended}`
      child.stdin.write(`${commands}\nprintf 'ended %s\\n' ${ended}\n`)
      await sees(mark)
      return clean(stripVTControlCharacters(printed.slice(before)).replaceAll('\r\n', '\n'))
    },
    async close() {
      child.stdin.write('\u0003')
      child.stdin.write('exit\n')
      const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 10_000)
      await exited
      clearTimeout(timer)
    },
  }
}
