import {
  createInvoratecClient,
  createSonzaiClient,
  type InvoratecClient,
  type SonzaiClient,
} from '@sallyport/platforms'

export const sonzai: SonzaiClient = createSonzaiClient({ apiKey: process.env.SONZAI_API_KEY })
export const invoratec: InvoratecClient = createInvoratecClient({ apiKey: process.env.INVORATEC_API_KEY })

/** Lists the failed deliveries of an event type, with reasons. */
export async function listFailures({ webhooks }: SonzaiClient, eventType: string): Promise<string[]> {
  const failures: string[] = []
  for await (const attempt of webhooks.iterateDeliveryAttempts(eventType, { pageSize: 100 })) {
    const { response_code: status, error_message: reason } = attempt
    // No status, or 0: nothing answered.
    if (!status || status >= 300) failures.push(`${attempt.attempt_id}: ${reason ?? status}`)
  }
  return failures
}
