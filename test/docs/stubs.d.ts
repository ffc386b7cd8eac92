// Enough of a framework that is not installed here to check the types of its example.
declare module '@nestjs/core' {
  import type { RequestHandler } from 'express'

  export const NestFactory: {
    create(
      module: new () => object,
      options: { rawBody: boolean },
    ): Promise<{ use(path: string, handler: RequestHandler): unknown; listen(port: string | number): Promise<unknown> }>
  }
}
