import { createClient } from '../../src/client.ts'
import { learnServerTime } from './clock.ts'

/** The one client: same origin, session by cookie. Every answer's date keeps our clock in step with the server's. */
export const client = createClient({
  baseUrl: '',
  fetch: async (input, init) => {
    const response = await fetch(input, init)
    learnServerTime(response.headers.get('date'))
    return response
  },
})
