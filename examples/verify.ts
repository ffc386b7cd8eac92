import { verify } from 'sallyport'
import { stripe } from 'sallyport/providers/stripe'

const secret = process.env.STRIPE_WEBHOOK_SECRET

export async function POST(request: Request): Promise<Response> {
  const event = await verify(stripe(), { secret, headers: request.headers, body: await request.bytes() })
  if (event.type === 'invoice.paid') console.log(event.id, event.data.object)
  return new Response(null, { status: 204 })
}
