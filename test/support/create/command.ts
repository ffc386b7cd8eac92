import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../../scripts/run-command.ts'

const main = join(root, 'packages', 'create-sallyport', 'src', 'main.ts')
const commandLine = [process.execPath, '--conditions=@sallyport/source', '--disable-warning=ExperimentalWarning', main]
const environment = { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] }

/** How the command ended. */
export interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command without a terminal. */
export function run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Ending {
  const [node, ...flags] = commandLine
  const { status, stdout, stderr } = spawnSync(node!, [...flags, ...args], {
    cwd,
    encoding: 'utf8',
    input: '',
    env: { ...environment, ...env },
  })
  return { code: status, stdout, stderr }
}

/** Keys by what they do. */
export const keys = { enter: '\r', down: '\u001b[B', right: '\u001b[C', tab: '\t', interrupt: '\u0003' } as const

/**
 * Runs the command in a terminal of 80 columns, by `script` of util-linux.
 *
 * @param dialogue what to wait for, and what to type then, or a signal to send
 */
export async function runInTerminal(
  cwd: string,
  args: readonly string[],
  dialogue: readonly (readonly [seen: string, typed: string | { readonly signal: NodeJS.Signals }])[],
): Promise<{ readonly code: number | null; readonly text: string }> {
  const line = [...commandLine, ...args].map((word) => `'${word}'`).join(' ')
  const child = spawn(
    'script',
    ['--quiet', '--return', '--command', `stty cols 80 rows 24; echo "pid $$"; exec ${line}`, '/dev/null'],
    {
      cwd,
      env: { ...environment, TERM: 'xterm-256color' },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  let text = ''
  let from = 0
  let next = 0
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    const [seen, typed] = dialogue[next] ?? []
    if (seen === undefined || !text.includes(seen, from)) return
    from = text.length
    next += 1
    if (typeof typed === 'object') process.kill(Number(/pid (\d+)/.exec(text)![1]), typed.signal)
    else child.stdin.write(typed!)
  })
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (next < dialogue.length) throw new Error(`the command ended without ${dialogue[next]![0]}:\n${text}`)
  return { code, text }
}

/** Whether there is such a `script` here. */
export function hasTerminal(): boolean {
  const found = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false
  if (!found) console.warn('NOT TESTED in a terminal: there is no `script` of util-linux here')
  return found
}
