import { FleetError } from '../fleet-error.ts'

/** The code of a system error, such as `ENOENT`. */
export function toErrno(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : undefined
}

/** Whether `error` is a system error with one of these codes. */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  const code = toErrno(error)
  return code !== undefined && codes.includes(code)
}

/** Runs `work`; system errors become `DISK_ERROR`, with the system error as `cause`. */
export async function withDiskErrors<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const { code, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
    // Errors of Node itself, such as a wrong argument, have no system call.
    if (code === undefined || syscall === undefined) throw error
    throw new FleetError('DISK_ERROR', { path, detail: `${code} in ${syscall}`, cause: error })
  }
}
