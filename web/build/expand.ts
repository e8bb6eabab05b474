type Lines = Record<string, Record<string, string>>
export type Addresses = Record<string, Record<string, { method: string; path: string; body?: 1 }>>

/** Reads an endpoint's line (`POST campaigns/{campaign_id}/join body`) back into where it is and whether it takes a body. */
export const expand = (lines: Lines): Addresses =>
  Object.fromEntries(
    Object.entries(lines).map(([domain, endpoints]) => [
      domain,
      Object.fromEntries(
        Object.entries(endpoints).map(([name, line]) => {
          const [method = '', path = '', body] = line.split(' ')
          return [name, { method, path: `/v1/${path}`, ...(body && { body: 1 as const }) }]
        }),
      ),
    ]),
  )
