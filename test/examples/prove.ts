import { claimState, lotInterval, planClaim } from 'assay/engine'

// "Fewer than 5 % of these 2,000 datapoints are wrong", with confidence 95 %, looked at after every audit.
const plan = planClaim({ lot: 2000, share: 0.05 })
const wrongOnes = new Set([40, 90])

let [n, wrong] = [0, 0]
while (claimState(plan, n, wrong) === 'open') {
  n++
  if (wrongOnes.has(n)) wrong++
}
console.log(claimState(plan, n, wrong), 'after', n, 'audits,', wrong, 'of them wrong')
const { low, high } = lotInterval({ lot: 2000, n, wrong })
console.log(`${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} % are wrong`)
