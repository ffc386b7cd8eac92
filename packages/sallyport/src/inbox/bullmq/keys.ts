// What Sallyport keeps in Redis beside the jobs of BullMQ; as sorted sets, where nothing else is said.

/**
 * Jobs that are not finished, by when they were stored. BullMQ has those that wait in a list, and retries by when they are due:
 * neither shows which job waits longest, nor can be paged through while it changes. This set may hold more than it should,
 * never less; finished jobs are removed later.
 */
export const unfinishedKey = 'sallyport:unfinished'

/**
 * Every job, in the order they were stored. The sorted sets of BullMQ have a job by its state, so one that ends during a listing
 * would be missing or come twice.
 */
export const storedKey = 'sallyport:stored'

/**
 * Jobs whose last attempt failed and that are not dead, by when they were stored. This set may hold more than it should, never
 * less; finished jobs are removed later.
 */
export const retryingKey = 'sallyport:retrying'

/** Names of events that were stored: JSON of provider and type, by when that last happened. */
export const namesKey = 'sallyport:names'

/** Named texts, as a hash. */
export const notesKey = 'sallyport:notes'

/** Written to see whether Redis can be written; it expires. */
export const trialKey = 'sallyport:trial'
