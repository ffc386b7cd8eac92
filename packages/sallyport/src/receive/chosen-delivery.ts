import type { BodyReader, IncomingDelivery } from '../verify/delivery.ts'
import type { HeaderList } from '../verify/header-list.ts'

/** Every member, also the optional ones, so that a new one is not lost on the way to the receiver. */
type Complete = { readonly [Member in keyof Required<IncomingDelivery>]: IncomingDelivery[Member] }

/**
 * A delivery on its way to the receiver that was chosen for it, with its headers as they were read for the choice: a host may pass an
 * iterator, which is read only once. The other members are asked for when the receiver does, because a host's may do work then.
 */
export class ChosenDelivery implements Complete {
  readonly headers: HeaderList
  readonly #incoming: IncomingDelivery

  constructor(incoming: IncomingDelivery, headers: HeaderList) {
    this.#incoming = incoming
    this.headers = headers
  }

  get method(): string {
    return this.#incoming.method
  }

  get url(): string {
    return this.#incoming.url
  }

  get urlIsRebuilt(): boolean | undefined {
    return this.#incoming.urlIsRebuilt
  }

  get body(): Uint8Array | BodyReader {
    return this.#incoming.body
  }

  get receivedAt(): number | undefined {
    return this.#incoming.receivedAt
  }

  get remoteAddress(): string | undefined {
    return this.#incoming.remoteAddress
  }

  get secure(): boolean | undefined {
    return this.#incoming.secure
  }

  get signal(): AbortSignal | undefined {
    return this.#incoming.signal
  }

  waitUntil(work: Promise<unknown>): void {
    this.#incoming.waitUntil?.(work)
  }
}
