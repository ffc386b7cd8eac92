import { styleText } from 'node:util'

/** One step of the demo, and what became of it. */
export interface Step {
  readonly name: string
  readonly result: string
  readonly isRight: boolean
}

/** A step that is right when its result is the wanted one. */
export function expectStep(name: string, result: string, wanted: string): Step {
  const isRight = result === wanted
  return { name, result: isRight ? result : `${result} (must be: ${wanted})`, isRight }
}

/** A line for each step, results under each other. */
export function renderSteps(steps: readonly Step[], width = widthOf(steps)): string[] {
  return steps.map(({ name, result, isRight }) => {
    const mark = isRight ? styleText('green', '✓') : styleText(['red', 'bold'], '✗')
    return `  ${mark} ${name.padEnd(width)}  ${isRight ? result : styleText('red', result)}`
  })
}

/** The longest name. */
export function widthOf(steps: readonly Step[]): number {
  return Math.max(...steps.map(({ name }) => name.length))
}
