/** Exit codes and their meaning; the same for every subcommand. */
export const exitCodes = {
  ok: [0, 'success'],
  no: [1, 'the answer is no: it does not verify, was rejected, or a check failed'],
  usage: [2, 'invalid command line; nothing was done'],
  configuration: [3, 'configuration or a secret is missing or invalid; nothing was done'],
  unavailable: [4, 'a server, store, file or platform is unreachable or in use'],
  internal: [70, 'a bug in this command; please report it'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>

/** Name of an exit code. */
export type ExitName = keyof typeof exitCodes

/** The number the process exits with. */
export function toExitCode(name: ExitName): number {
  return exitCodes[name][0]
}
