// Enough of packages that are not installed here to check the types of their examples.
declare module '@nestjs/core' {
  import type { RequestHandler } from 'express'

  export const NestFactory: {
    create(
      module: new () => object,
      options: { rawBody: boolean },
    ): Promise<{ use(path: string, handler: RequestHandler): unknown; listen(port: string | number): Promise<unknown> }>
  }
}

declare module '@google-cloud/functions-framework' {
  import type { Request, Response } from 'express'

  export function http(
    name: string,
    handler: (request: Request & { rawBody?: Buffer }, response: Response) => unknown,
  ): void
}

declare module '@octokit/webhooks' {
  export class Webhooks {
    constructor(options: { secret: string })
    on(name: 'push', handler: (event: { id: string; payload: { ref: string } }) => unknown): void
    verifyAndReceive(delivery: { id: string; name: string; signature: string; payload: string }): Promise<void>
  }
}

declare module '@aws-sdk/client-sqs' {
  export class SendMessageCommand {
    readonly input: { QueueUrl: string | undefined; MessageBody: string | undefined }
    constructor(input: { QueueUrl: string | undefined; MessageBody: string | undefined })
  }

  export class SQSClient {
    send(command: SendMessageCommand): Promise<{ MessageId?: string }>
  }
}
