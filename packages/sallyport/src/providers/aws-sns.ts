import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import type { KeyFetchOptions } from '../verify/keys/certificate-keys.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { createSnsScheme } from './aws-sns-scheme.ts'
import { topicForm } from './aws-sns-regions.ts'

/** Options of `awsSns`. */
export interface AwsSnsOptions extends Pick<KeyFetchOptions, 'fetch' | 'timeoutMs' | 'clock'> {
  /**
   * The topic, as in `arn:aws:sns:eu-central-1:123456789012:orders`. Without it, anybody with an AWS account could send. A list
   * accepts any of them.
   */
  readonly topicArn: string | readonly string[]
  /** Rejects signatures with SHA-1, which a topic uses unless its `SignatureVersion` is 2. @default false */
  readonly requireSha256?: boolean | undefined
  /**
   * Certificates of authorities in PEM, to which the chain must lead. SNS publishes the last certificate alone, so name the one
   * that issued it. @default the chain is not checked, only name, dates and the TLS connection to SNS, as in AWS's own SDKs
   */
  readonly trust?: readonly string[] | undefined
}

const rules: OptionRules<AwsSnsOptions> = {
  topicArn: allow.required(allow.either(allow.filled, allow.listOf(allow.filled, 'strings'))),
  requireSha256: allow.flag,
  trust: allow.listOf(allow.filled, 'certificates in PEM'),
  fetch: allow.function,
  timeoutMs: allow.above0(),
  clock: allow.function,
}

const Signed = { MessageId: z.string(), TopicArn: z.string(), Timestamp: z.string(), Message: z.string() }
const unsigned = z.looseObject({})
const Confirmation = z.looseObject({ ...Signed, Token: z.string(), SubscribeURL: z.string(), unsigned })

const events = {
  /** A published message. */
  Notification: z.looseObject({ ...Signed, Subject: z.string().nullish(), unsigned }),
  /** Asks whether the endpoint wants the topic: visit `SubscribeURL`, or call `ConfirmSubscription` with the `Token`. */
  SubscriptionConfirmation: Confirmation,
  /** The endpoint was unsubscribed; the `Token` subscribes it again. */
  UnsubscribeConfirmation: Confirmation,
}

/** Data types by event type. */
export type AwsSnsEvents = EventsOf<typeof events>

/**
 * Amazon SNS over HTTPS (https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html, and AWS SDK for Java v2,
 * `sns-message-manager`, read 29 November 2026). The signature is in the body: RSA with SHA-1 or SHA-256 over `Message`, `MessageId`,
 * `Subject`, `Timestamp`, `TopicArn` and `Type`, in a confirmation also `SubscribeURL` and `Token`. Only these are in `event.data`; the
 * rest of the body is in `event.data.unsigned`, `MessageAttributes` too. The certificate is fetched from the SNS host of the topic's
 * region only, and must be for the name that SNS uses there. The topic is pinned.
 *
 * `SubscribeURL` is never visited: a `SubscriptionConfirmation` is an event, and your handler decides. `MessageId` finds duplicates;
 * the signed `Timestamp` of publication limits the age to an hour, as long as SNS retries. Raw message delivery is not signed and
 * not supported. The receiver takes no `secret`.
 *
 * @throws SallyportError `OPTION_INVALID` without a topic, or for one in an unknown partition
 * @example
 * createReceiver(awsSns({ topicArn: 'arn:aws:sns:eu-central-1:123456789012:orders' }), {})
 *   .on('Notification', ({ data }) => console.log(data.Message))
 */
export function awsSns(options: AwsSnsOptions): Provider<AwsSnsEvents> {
  checkOptions('awsSns()', options, rules)
  const { topicArn, ...others } = options
  const topics = typeof topicArn === 'string' ? [topicArn] : topicArn
  const odd = topics.find((topic) => !topicForm.test(topic))
  if (topics.length === 0 || odd !== undefined)
    failOption('awsSns(): topicArn must be like arn:aws:sns:eu-central-1:123456789012:orders, or a list of such')
  return defineProvider({
    name: 'aws-sns',
    scheme: createSnsScheme({ ...others, topics }),
    identify: ({ body, unsignedBody }) => ({
      id: typeof body['MessageId'] === 'string' ? body['MessageId'] : undefined,
      type: body['Type'],
      data: { ...body, unsigned: without(body, unsignedBody) },
    }),
    events,
    // As SNS sends it, although it is JSON.
    contentTypes: ['text/plain'],
    // SNS retries for an hour at most, with the time of publication, and clocks differ.
    toleranceMs: 3_900_000,
    retryWindow: {
      ms: 3_600_000,
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html',
      readOn: '2026-11-29',
    },
    // SNS waits 15 s for an answer.
    handlerTimeoutMs: 14_000,
    about: {
      title: 'Amazon SNS',
      source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html',
      readOn: '2026-11-29',
      notSigned: ['MessageAttributes', 'UnsubscribeURL', 'x-amz-sns-message-type and the other headers'],
      vectors: 'real messages and their certificate in the tests of AWS SDK for Java v2',
    },
  })
}

/** The members of a body that are not among the signed ones. */
function without(signed: JsonObject, body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !Object.hasOwn(signed, name)))
}
