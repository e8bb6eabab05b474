import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Artifact, artifacts } from './artifacts.ts'

type Made = { contractName: string }
const { artifactText, compile, compilerVersion, sourceHash, sourcesOf } = (await import(
  '../../../contracts/compile.mjs' as string
)) as {
  artifactText(a: Made): string
  compile(): Record<string, Made>
  compilerVersion(): string
  sourceHash(path: string): string
  sourcesOf(paths: string[]): Map<string, string>
}

describe('the committed contracts', () => {
  test.each(Object.entries(artifacts))('%s was made from its sources as they are', (name, artifact) => {
    expect(artifact.contractName).toBe(name)
    expect(artifact.compiler).toBe(compilerVersion())
    expect(artifact.sourceHash, 'run: npm run contracts').toBe(sourceHash(artifact.source))
    expect(artifact.bytecode).toMatch(/^0x[0-9a-f]+$/)
  })

  test('are all known to the program, but for those that only tests deploy', () => {
    const made = readdirSync('contracts/artifacts').map(
      (f) => JSON.parse(readFileSync(`contracts/artifacts/${f}`, 'utf8')) as Artifact,
    )
    expect(made.map((a) => a.contractName)).toEqual(expect.arrayContaining(Object.keys(artifacts)))
    for (const { contractName, source, sourceHash: hash } of made) {
      if (!(contractName in artifacts)) expect(source, contractName).toMatch(/^contracts\/test-tokens\//)
      expect(hash, `${contractName}: run npm run contracts`).toBe(sourceHash(source))
    }
  })

  test('rest on what they import, OpenZeppelin included', () => {
    const names = [...sourcesOf(['contracts/src/RewardDistributor.sol']).keys()]
    expect(names).toContain('contracts/src/LapsingPause.sol')
    expect(names).toContain('@openzeppelin/contracts/utils/cryptography/MerkleProof.sol')
    expect(names).toContain('@openzeppelin/contracts/utils/introspection/ERC165.sol')
  })

  test.runIf(process.env.ASSAY_NIGHTLY)(
    'are what the compiler makes, byte for byte',
    () => {
      for (const [name, made] of Object.entries(compile()))
        expect(artifactText(made) === readFileSync(`contracts/artifacts/${name}.json`, 'utf8'), name).toBe(true)
    },
    120_000,
  )
})
