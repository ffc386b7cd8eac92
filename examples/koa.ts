import Router from '@koa/router'
import Koa from 'koa'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/koa'
import { invoratec } from 'sallyport/providers/invoratec'

const receiver = createReceiver(invoratec(), { secret: process.env.INVORATEC_WEBHOOK_SECRET })

receiver.on('alert.triggered', ({ data }) => console.log(data.severity, data.message))

const router = new Router().post('/webhooks/invoratec', webhook(receiver))

new Koa().use(router.routes()).listen(process.env.PORT ?? 3000)
