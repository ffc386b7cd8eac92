import { NestFactory } from '@nestjs/core'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

export async function start(AppModule: new () => object): Promise<void> {
  // #region mount
  const app = await NestFactory.create(AppModule, { rawBody: true })
  app.use('/webhooks/sonzai', webhook(receiver))
  await app.listen(process.env.PORT ?? 3000)
  // #endregion mount
}
