import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { type Answer, ok, type Visitor } from './visitor.ts'

let made = 0

/** A wallet in software: a real key, real signatures. Each is another one, the same in every run. */
export class Wallet {
  readonly account: PrivateKeyAccount
  readonly address: string
  readonly chain_id: number | undefined

  constructor(options: { key?: `0x${string}`; chain_id?: number } = {}) {
    this.account = privateKeyToAccount(options.key ?? `0x${(0xa55a + ++made).toString(16).padStart(64, '0')}`)
    this.address = this.account.address
    this.chain_id = options.chain_id
  }

  sign = (message: string): Promise<`0x${string}`> => this.account.signMessage({ message })

  /** Has a text composed for this wallet. */
  async ask(v: Visitor, purpose: 'sign_in' | 'create' | 'link' | 'fresh', address = this.address): Promise<string> {
    const path = purpose === 'link' || purpose === 'fresh' ? '/v1/me/wallets/text' : '/v1/sign-in/wallet/text'
    const chain = this.chain_id === undefined ? {} : { chain_id: this.chain_id }
    return ok(await v.post(path, { for: purpose, address, ...chain })).message as unknown as string
  }

  /** Has a text composed and signs it. */
  async prove(v: Visitor, purpose: 'sign_in' | 'create' | 'link' | 'fresh') {
    const message = await this.ask(v, purpose)
    return { message, signature: await this.sign(message) }
  }

  create = async (v: Visitor, more: object = {}): Promise<Answer> =>
    v.post('/v1/accounts/wallet', { ...(await this.prove(v, 'create')), terms_version: 1, adult: true, ...more })
  signIn = async (v: Visitor): Promise<Answer> => v.post('/v1/sign-in/wallet', await this.prove(v, 'sign_in'))
  link = async (v: Visitor, label?: string): Promise<Answer> =>
    v.post('/v1/me/wallets', { ...(await this.prove(v, 'link')), ...(label === undefined ? {} : { label }) })
  confirm = async (v: Visitor): Promise<Answer> => v.post('/v1/me/fresh', await this.prove(v, 'fresh'))
}
