import { styleText } from 'node:util'

/** What happened in one step of the demo, and what had to happen. */
export interface Outcome {
  readonly chapter: string
  readonly step: string
  readonly got: string
  readonly expected: string
}

/** A step could not be done, so the story cannot go on. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError'
}

/** Tells the demo chapter by chapter, a line per outcome, and remembers the outcomes. */
export type Story = ReturnType<typeof createStory>

/** Columns of the narrowest terminal that the story is written for. */
const columns = 80

export function createStory(print: (line: string) => void) {
  const outcomes: Outcome[] = []
  let chapters = 0
  let current = ''
  let width = 0

  /** Compares what happened with what had to happen, and prints the line. */
  function check(step: string, got: string, expected: string): void {
    outcomes.push({ chapter: current, step, got, expected })
    if (got === expected) print(`  ${styleText('green', '✓')} ${got.padEnd(width)}  ${step}`)
    else print(styleText('red', `  ✗ ${step}\n      expected  ${expected}\n      got       ${got}`))
  }

  return {
    outcomes,
    check,
    /** Starts a chapter. `resultWidth` is the width of its results in columns. */
    chapter(title: string, text: string, resultWidth = 25): void {
      chapters += 1
      current = `${chapters}. ${title}`
      width = resultWidth
      print(`\n${styleText('bold', current)}\n${wrap(text, columns - 3).join('\n')}\n`)
    },
    /** Does the work of a step and checks its result. @throws StoppedError when the work throws */
    async step(step: string, expected: string, work: () => Promise<string>): Promise<void> {
      try {
        check(step, await work(), expected)
      } catch (error) {
        check(step, error instanceof Error ? error.message : String(error), expected)
        throw new StoppedError(`The demo stopped at "${step}".`, { cause: error })
      }
    },
    /** Quotes lines of another program. */
    quote(lines: readonly string[]): void {
      for (const line of lines) {
        const room = columns - 6
        print(styleText('dim', `      ${line.length > room ? `${line.slice(0, room - 1)}…` : line}`))
      }
    },
  }
}

/** How many outcomes were right, and every wrong one with its chapter. */
export function summarize(outcomes: readonly Outcome[], milliseconds: number): string {
  const wrong = outcomes.filter(({ got, expected }) => got !== expected)
  const right = `${outcomes.length - wrong.length} of ${outcomes.length} outcomes as expected`
  const text = `${wrong.length === 0 ? '✓' : '✗'} ${right}, in ${(milliseconds / 1000).toFixed(1)} s`
  return [
    styleText(['bold', wrong.length === 0 ? 'green' : 'red'], text),
    ...wrong.map(({ chapter, step, got, expected }) => `  ${chapter} › ${step}: expected ${expected}, got ${got}`),
  ].join('\n')
}

function wrap(text: string, room: number): string[] {
  const lines: string[] = []
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.map((line) => `   ${line}`)
}
