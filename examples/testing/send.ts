import { sonzai } from 'sallyport/providers/sonzai'
import { signRequest } from 'sallyport/testing'

const [url = 'http://localhost:3000/webhooks/sonzai'] = process.argv.slice(2)

const { status } = await fetch(signRequest(url, sonzai(), { secret: 'whsec_test', type: 'on_wakeup_ready' }))
console.log(status) // 200
