/** What a list keeps in its items. */
export interface Linked<Item> {
  previous: Item | undefined
  next: Item | undefined
}

/** A list that removes any of its items in one step. An item is in one list at most. */
export class LinkedList<Item extends Linked<Item>> {
  first: Item | undefined
  last: Item | undefined

  add(item: Item): void {
    item.previous = this.last
    item.next = undefined
    if (this.last) this.last.next = item
    else this.first = item
    this.last = item
  }

  remove(item: Item): void {
    const { previous, next } = item
    if (previous) previous.next = next
    else this.first = next
    if (next) next.previous = previous
    else this.last = previous
    // An item that has grown old would make the garbage collector keep the one behind it, and so each that follows.
    item.previous = undefined
    item.next = undefined
  }
}
