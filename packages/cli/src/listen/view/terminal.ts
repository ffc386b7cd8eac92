import { emitKeypressEvents } from 'node:readline'
import { writeControls, writeText } from '../../output.ts'
import type { Key } from './view-state.ts'

/** A terminal that shows one screen at a time. */
export interface Terminal {
  readonly width: () => number
  readonly height: () => number
  /** Draws a screen. Each line passes `writeText`: nothing from outside steers the terminal. */
  draw(lines: readonly string[]): void
  /** Gives the terminal back as it was. */
  restore(): void
}

const escape = '\u001b['
// The other screen, no cursor, no wrapping of lines that an odd character makes too wide.
const enter = `${escape}?1049h${escape}?25l${escape}?7l`
const leave = `${escape}?7h${escape}?25h${escape}?1049l`

/** Whether there is a terminal for the view: both to read keys from and to draw on. */
export function hasTerminal({ stdin, stdout, env }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'env'>): boolean {
  return stdin.isTTY && stdout.isTTY && env['TERM'] !== 'dumb'
}

/** Takes over the terminal; it is given back also when the process crashes. */
export function takeTerminal(onKey: (key: Key) => void, onResize: () => void): Terminal {
  const { stdin, stdout } = process
  let isTaken = true

  function restore(): void {
    if (!isTaken) return
    isTaken = false
    process.off('exit', restore).off('uncaughtExceptionMonitor', restore)
    stdin.off('keypress', onKeypress)
    stdout.off('resize', onResize)
    // A terminal that is gone throws.
    try {
      stdin.setRawMode(false)
    } catch {}
    stdin.pause()
    writeControls(stdout, leave)
  }
  const onKeypress = (_text: unknown, key: Key): void => onKey(key)

  process.on('exit', restore).on('uncaughtExceptionMonitor', restore)
  emitKeypressEvents(stdin)
  stdin.setRawMode(true)
  stdin.on('keypress', onKeypress).resume()
  stdout.on('resize', onResize)
  writeControls(stdout, enter)

  return {
    width: () => Math.max(20, stdout.columns || 80),
    height: () => Math.max(6, stdout.rows || 24),
    draw(lines) {
      if (!isTaken) return
      stdout.cork()
      for (const [index, line] of lines.entries()) {
        // Erased first: behind a full line, the cursor stands on its last character.
        writeControls(stdout, `${escape}${index + 1};1H${escape}2K`)
        writeText(stdout, line)
      }
      stdout.uncork()
    },
    restore,
  }
}
