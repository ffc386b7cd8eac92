import { safeVerify } from 'sallyport'
import { github } from 'sallyport/providers/github'

const secret = process.env.GITHUB_WEBHOOK_SECRET

export async function POST(request: Request): Promise<Response> {
  const result = await safeVerify(github(), { secret, headers: request.headers, body: await request.bytes() })
  if (!result.ok) return new Response(result.title, { status: result.status })
  if (result.event.type === 'push') console.log(result.event.data.ref)
  return new Response(null, { status: 204 })
}
