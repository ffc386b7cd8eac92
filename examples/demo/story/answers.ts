import type { DeliveryResult } from '@sallyport/sandbox'

/** How a delivery went: the status of each attempt; `lost` where nothing arrived. */
export function answersOf({ attempts }: DeliveryResult): string {
  return attempts.map(({ responseCode }) => (responseCode === 0 ? 'lost' : String(responseCode))).join(', then ')
}
