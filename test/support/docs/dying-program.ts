import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'

// Its process ends in the middle of a handler when DIES is set.
const receiver = createReceiver(sonzai(), { secret: process.env['SONZAI_WEBHOOK_SECRET'] }).onAny(() => {
  console.log('running')
  if (process.env['DIES'] !== undefined) process.exit(1)
})

createServer(webhook(receiver)).listen(process.env['PORT'])
