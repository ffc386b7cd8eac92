/**
 * Asks questions that a signal ends: the library then shows the cursor again, which it hides meanwhile, and puts the terminal
 * back. The process ends by the signal, as without a handler. The command `sallyport` has the same.
 */
export async function endQuestions<Result>(ask: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const questions = new AbortController()
  const end = (name: NodeJS.Signals): void => {
    questions.abort()
    forget()
    process.kill(process.pid, name)
  }
  const signals = ['SIGTERM', 'SIGINT'] as const
  const forget = (): void => signals.forEach((name) => process.off(name, end))
  signals.forEach((name) => process.on(name, end))
  try {
    return await ask(questions.signal)
  } finally {
    forget()
  }
}
