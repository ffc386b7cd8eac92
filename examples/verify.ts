import { SallyportError, verify } from 'sallyport'
import { stripe } from 'sallyport/providers/stripe'

const secret = process.env.STRIPE_WEBHOOK_SECRET

export async function POST(request: Request): Promise<Response> {
  try {
    // #region verify
    const event = await verify(stripe(), { secret, headers: request.headers, body: await request.bytes() })
    // #endregion verify
    if (event.type === 'invoice.paid') console.log(event.id, event.data.object)
    return new Response(null, { status: 204 })
  } catch (error) {
    if (!SallyportError.is(error)) throw error
    console.warn(error.code, error.fix) // SIGNATURE_MISMATCH Check the secret, …
    return new Response(error.title, { status: error.status ?? 500 })
  }
}
