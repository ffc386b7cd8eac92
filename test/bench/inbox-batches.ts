import type { InboxEvent } from 'sallyport'

/** Makes events and writes them in batches, a few at the same time. */
export async function writeInBatches(
  count: number,
  makeEvent: () => InboxEvent,
  write: (batch: InboxEvent[]) => unknown,
): Promise<void> {
  const [size, flights] = [500, 4]
  let made = 0
  const fly = async (): Promise<void> => {
    while (made < count) {
      const length = Math.min(size, count - made)
      made += length
      await write(Array.from({ length }, makeEvent))
    }
  }
  await Promise.all(Array.from({ length: flights }, fly))
}
