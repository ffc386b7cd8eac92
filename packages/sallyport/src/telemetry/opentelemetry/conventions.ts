/**
 * Names and values of the semantic conventions of OpenTelemetry, version 1.44. Those for messaging are in development: they are
 * fixed here, whatever later versions change. https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export const conventions = {
  errorType: 'error.type',
  messagingSystem: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destinationName: 'messaging.destination.name',
  messageId: 'messaging.message.id',
} as const

/** `messaging.operation.type` of the spans made here. */
export const operationTypes = { publish: 'send', process: 'process' } as const

/** Value of `error.type` for an error without a name that can be shown. */
export const otherError = '_OTHER'

/** Attributes of Sallyport's own. */
export const own = {
  provider: 'sallyport.provider',
  outcome: 'sallyport.outcome',
  code: 'sallyport.code',
  eventType: 'sallyport.event.type',
  eventId: 'sallyport.event.id',
  attempt: 'sallyport.attempt',
} as const

/**
 * Whether `OTEL_SEMCONV_STABILITY_OPT_IN` asks for messaging attributes: `messaging`, or `messaging/dup`, which is the same here,
 * because there is no older form. Its values for HTTP change nothing: HTTP attributes come from the HTTP instrumentation.
 */
export function wantsMessaging(value: string | undefined): boolean {
  const values = (value ?? '').split(',').map((one) => one.trim().toLowerCase())
  return values.includes('messaging') || values.includes('messaging/dup')
}
