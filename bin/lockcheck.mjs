// Finds a lock file that works only on the machine that wrote it.
import { readFileSync } from 'node:fs'

/** Where npm would find `name` for the package at `from`: its own node_modules, then those above. */
function find(packages, from, name) {
  for (let at = from; ;) {
    const found = packages[`${at ? `${at}/` : ''}node_modules/${name}`]
    if (found) return found
    if (!at) return undefined
    const up = at.lastIndexOf('node_modules/')
    at = up <= 0 ? '' : at.slice(0, up - 1)
  }
}

/**
 * npm leaves other platforms' binaries out of the lock file when its registry lacks them, and then `npm ci` fails
 * everywhere. Also found: packages without a checksum, and addresses of a private registry.
 */
export function lockFaults(lock) {
  const faults = []
  for (const [at, found] of Object.entries(lock.packages)) {
    if (at === '' || found.link) continue
    const optional = Object.entries(found.optionalDependencies ?? {})
    const missing = optional.filter(([name, range]) => {
      const there = find(lock.packages, at, name)
      return !there?.version || (/^\d/.test(range) && there.version !== range)
    })
    if (missing.length > 0)
      faults.push(
        `${at}@${found.version} lacks ${missing.length} of ${optional.length} optional packages: ${missing.map(([name]) => name).join(', ')}`,
      )
    if (!found.integrity && !found.inBundle) faults.push(`${at} has no checksum`)
    // The lock names no address: whichever registry a machine uses answers, and the checksum holds it to the same bytes.
    if (found.resolved) faults.push(`${at} is tied to ${new URL(found.resolved).host}`)
  }
  return faults
}

/** Dependencies whose version is not exact, so that two installations could differ. */
export const looseVersions = (manifest) =>
  Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    .filter(([, v]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(v))
    .map(([name, v]) => `${name} is ${v}; pin it exactly`)

export function checkLock(root) {
  const read = (file) => JSON.parse(readFileSync(`${root}/${file}`, 'utf8'))
  return [...lockFaults(read('package-lock.json')), ...looseVersions(read('package.json'))]
}
