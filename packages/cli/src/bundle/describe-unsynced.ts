/** A line about a change on disk that could not be flushed; empty where it was. Deploy, rollback, extract and listen print it. */
export function describeUnsynced(unsynced: string | undefined): string {
  return unsynced === undefined ? '' : `\n  not flushed to disk (${unsynced}): a power failure may undo it`
}
