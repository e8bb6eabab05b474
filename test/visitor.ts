import type { World } from './world.ts'
import { Authenticator, type Ceremony } from './authenticator.ts'

export type Answer = {
  status: number
  body: Record<string, never> & { error?: { code: string; message: string } }
  text: string
}

/** A browser at the app: keeps its session cookie, sends JSON, remembers every byte it was sent. */
export class Visitor {
  cookie: string | undefined
  readonly heard: string[] = []
  private readonly world: World
  private readonly headers: Record<string, string>

  constructor(world: World, headers: Record<string, string> = {}) {
    this.world = world
    this.headers = headers
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await this.world.app.inject({
      method,
      url,
      headers: {
        host: 'localhost',
        ...(this.cookie ? { cookie: `assay_session=${this.cookie}` } : {}),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    for (const cookie of response.cookies) if (cookie.name === 'assay_session') this.cookie = cookie.value || undefined
    this.heard.push(response.body, JSON.stringify({ ...response.headers, 'set-cookie': undefined }))
    return { status: response.statusCode, body: safeJson(response.body) as Answer['body'], text: response.body }
  }
  get = (url: string) => this.send('GET', url)
  post = (url: string, body: unknown = {}, headers: Record<string, string> = {}) =>
    this.send('POST', url, body, headers)
  patch = (url: string, body: unknown) => this.send('PATCH', url, body)
  delete = (url: string) => this.send('DELETE', url)

  /** A new account with a passkey, the whole way. */
  async join(
    handle?: string,
    more: object = {},
  ): Promise<{ account_id: string; handle: string; passkey: Authenticator }> {
    const passkey = new Authenticator()
    const { options } = ok(await this.post('/v1/accounts/options', handle ? { handle } : {})) as { options: Ceremony }
    const { account } = ok(
      await this.post('/v1/accounts', { response: passkey.create(options), terms_version: 1, adult: true, ...more }),
    ) as { account: { account_id: string; handle: string } }
    return { ...account, passkey }
  }

  async signIn(passkey: Authenticator): Promise<Answer> {
    const { options } = ok(await this.post('/v1/sign-in/passkey/options')) as { options: Ceremony }
    return this.post('/v1/sign-in/passkey', { response: passkey.get(options) })
  }

  /** Confirms again that the owner is here. */
  async prove(passkey: Authenticator): Promise<Answer> {
    const { options } = ok(await this.post('/v1/me/fresh/options')) as { options: Ceremony }
    return this.post('/v1/me/fresh', { response: passkey.get(options) })
  }
}

/** The body of an answer that must be a yes. */
export function ok(answer: Answer): Record<string, unknown> {
  if (answer.status !== 200) throw new Error(`expected 200, got ${answer.status}: ${answer.text}`)
  return answer.body
}

const safeJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
