const codes: ReadonlySet<unknown> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EPERM'])

/**
 * Returns whether an error says that a file system cannot flush folders at all, as network, FUSE and overlay file systems do.
 * Anything else, such as `EIO`, is a real failure.
 *
 * @example
 * await folder.sync().catch((error) => { if (!isSyncUnsupported(error)) throw error })
 */
export function isSyncUnsupported(error: unknown): boolean {
  return error instanceof Error && codes.has((error as NodeJS.ErrnoException).code)
}
