/** How the command ends, and what that means; the same for every subcommand. */
export const exitCodes = {
  ok: [0, 'it did what was asked'],
  no: [1, 'the answer is no: it does not verify, was refused, or a check found an error'],
  usage: [2, 'the command line is wrong; nothing was done'],
  configuration: [3, 'configuration or a secret is missing or unusable; nothing was done'],
  unavailable: [4, 'a server, store, file or platform cannot be reached, or is in use'],
  internal: [70, 'a fault in this command; please report it'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>

/** Name of an exit code. */
export type ExitName = keyof typeof exitCodes

/** The number a process ends with. */
export function toExitCode(name: ExitName): number {
  return exitCodes[name][0]
}
