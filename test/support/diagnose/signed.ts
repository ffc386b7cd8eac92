import type { Delivery, EventMap, Provider, Secrets } from 'sallyport'
import { diagnose, type DiagnoseOptions, type Diagnosis, type DiagnosisCause } from 'sallyport/diagnose'
import { signDelivery, type SignOptions } from 'sallyport/testing'

export const signedAt = Date.UTC(2026, 3, 12, 8, 0, 0)

/** A delivery as it arrived: signed, then altered on the way. */
export function arrive<Events extends EventMap>(
  provider: Provider<Events>,
  options: SignOptions,
  change: (delivery: Delivery) => Partial<Delivery> = () => ({}),
): Delivery {
  const delivery: Delivery = { ...signDelivery(provider, { now: signedAt, ...options }), receivedAt: signedAt }
  return { ...delivery, ...change(delivery) }
}

/** The causes found, each with its certainty. */
export async function causesOf<Events extends EventMap>(
  provider: Provider<Events>,
  delivery: Delivery,
  secret: Secrets,
  options: Partial<DiagnoseOptions> = {},
): Promise<[DiagnosisCause, string][]> {
  return findingsOf(await diagnose(provider, delivery, { secret, ...options }))
}

export function findingsOf({ findings }: Diagnosis): [DiagnosisCause, string][] {
  return findings.map(({ cause, certainty }) => [cause, certainty])
}
