import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'

const [url = 'http://localhost:3000/webhooks/sonzai'] = process.argv.slice(2)

const { body, plainHeaders } = signDelivery(sonzai(), { secret: 'whsec_test', type: 'on_wakeup_ready' })
const { status } = await fetch(url, { method: 'POST', headers: plainHeaders, body })
console.log(status) // 200
