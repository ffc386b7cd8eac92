// Checked by `tsc`, never run: a receiver is a function as Amazon's own types describe it.
import type {
  ALBHandler,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  Handler,
  LambdaFunctionURLHandler,
  SQSEvent,
} from 'aws-lambda'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/lambda'
import { sonzai } from 'sallyport/providers/sonzai'

const handler = webhook(createReceiver(sonzai(), { secret: 'whsec_test' }))

export const restApi: APIGatewayProxyHandler = handler
export const httpApi: APIGatewayProxyHandlerV2 = handler
export const functionUrl: LambdaFunctionURLHandler = handler
export const loadBalancer: ALBHandler = handler

// @ts-expect-error -- no HTTP request
export const queue: Handler<SQSEvent> = handler
